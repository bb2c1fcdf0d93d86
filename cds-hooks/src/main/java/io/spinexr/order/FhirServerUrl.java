package io.spinexr.order;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Base URL of a FHIR server in the one spelling by which servers are compared: scheme and host in
 * lower case, no default port, no repeated slashes and none at the end. Nothing else is resolved: a
 * host name stays a name, and escapes in the path stay as they are.
 *
 * @param text e.g. {@code https://ehr.example.org/fhir}; any spelling may be given
 */
public record FhirServerUrl(String text) {
  /** What a text must be, as the end of a sentence. */
  public static final String RULE =
      "must be an absolute http(s) URL without user, query, fragment and steps like ..";

  private static final int MAX_LENGTH = 2048;

  /**
   * @throws IllegalArgumentException if the text breaks the {@link #RULE}
   */
  public FhirServerUrl {
    text = normal(text);
  }

  /** The URL of this text; empty if it breaks the {@link #RULE}. */
  public static Optional<FhirServerUrl> parse(String text) {
    try {
      return Optional.of(new FhirServerUrl(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Where a resource of this server is read, e.g. {@code https://ehr.example.org/fhir/Patient/1}.
   */
  public URI of(String typeAndId) {
    return URI.create(text + "/" + typeAndId);
  }

  @Override
  public String toString() {
    return text;
  }

  private static String normal(String text) {
    URI url = uri(text);
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    boolean plain =
        url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
    if (!Set.of("http", "https").contains(scheme)
        || !plain
        || url.getHost() == null
        || url.getPort() > 65535
        || Stream.of(url.getPath().split("/")).anyMatch(Set.of(".", "..")::contains)) {
      throw new IllegalArgumentException(RULE);
    }
    int defaultPort = scheme.equals("https") ? 443 : 80;
    String port = Set.of(-1, defaultPort).contains(url.getPort()) ? "" : ":" + url.getPort();
    String path = url.getRawPath().replaceAll("/+", "/").replaceAll("/$", "");
    return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port + path;
  }

  private static URI uri(String text) {
    try {
      if (text.length() <= MAX_LENGTH) {
        return new URI(text);
      }
    } catch (URISyntaxException e) {
      // Its message would repeat the text.
    }
    throw new IllegalArgumentException(RULE);
  }
}
