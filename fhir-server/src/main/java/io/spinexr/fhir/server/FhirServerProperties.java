package io.spinexr.fhir.server;

import io.spinexr.fhir.token.TrustedIssuer;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What can be configured of the embedded FHIR server, under {@code spinexr.fhir}.
 *
 * @param serverAddress optional: base URL of {@code /fhir} as clients see it, e.g. {@code
 *     https://spinexr.example.org/fhir}. Needed behind a proxy, and the same on every node; by
 *     default it is the address that a request came to
 * @param subscriptionEndpoints optional: addresses that rest-hook Subscriptions may notify, each
 *     with everything below it, e.g. {@code https://ris.example.org/notify}. By default none,
 *     because the server connects to them
 * @param allowedOrigins optional: web origins whose pages may use {@code /fhir}, e.g. {@code
 *     https://viewer.example.org}. By default none
 * @param pageSize resources in a page of search results unless the client says otherwise, 1 to 200
 * @param maxBody longest request body, as it comes and unpacked
 * @param acceptResults whether clients may write what only SpineXR writes, such as its identifiers:
 *     true where this server is the second place for the results of another SpineXR
 * @param maxEntries entries in a transaction or batch of a client, 1 to 10000. The result of one
 *     study can have some hundreds
 * @param issuers authorization servers whose access tokens open {@code /fhir}, by SMART scopes; by
 *     default none, and whoever can reach it may read and write everything
 * @param schema who creates and alters the FHIR tables
 */
@ConfigurationProperties("spinexr.fhir")
public record FhirServerProperties(
    @DefaultValue Optional<URI> serverAddress,
    @DefaultValue List<String> subscriptionEndpoints,
    @DefaultValue List<String> allowedOrigins,
    @DefaultValue("20") int pageSize,
    @DefaultValue("16MB") DataSize maxBody,
    @DefaultValue("false") boolean acceptResults,
    @DefaultValue("2000") int maxEntries,
    @DefaultValue List<TrustedIssuer> issuers,
    @DefaultValue("UPDATE") Schema schema) {
  /** Largest page a client can ask for. */
  public static final int MAX_PAGE_SIZE = 200;

  private static final int MOST_ENTRIES = 10_000;

  /** What happens to the FHIR tables at start. */
  public enum Schema {
    /**
     * HAPI's migrations create the tables or bring them to what this version needs. For a single
     * node, or the first of several.
     */
    UPDATE,
    /** Nothing: the tables are there already. For the second node and on. */
    NONE
  }

  public FhirServerProperties {
    serverAddress.ifPresent(address -> requireWebAddress("server-address", address.toString()));
    subscriptionEndpoints = List.copyOf(subscriptionEndpoints);
    subscriptionEndpoints.forEach(e -> requireWebAddress("subscription-endpoints", e));
    issuers = List.copyOf(issuers);
    allowedOrigins = List.copyOf(allowedOrigins);
    for (String origin : allowedOrigins) {
      requireWebAddress("allowed-origins", origin);
      if (!origin.matches("https?://[^/]+")) {
        throw new IllegalArgumentException(
            "spinexr.fhir.allowed-origins: an origin has no path, but there is '" + origin + "'");
      }
    }
    if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
      throw new IllegalArgumentException(
          "spinexr.fhir.page-size must be 1 to %d, but is %d".formatted(MAX_PAGE_SIZE, pageSize));
    }
    if (maxBody.toBytes() < 1024 || maxBody.toBytes() > 256L << 20) {
      throw new IllegalArgumentException("spinexr.fhir.max-body must be from 1KB to 256MB");
    }
    if (maxEntries < 1 || maxEntries > MOST_ENTRIES) {
      throw new IllegalArgumentException(
          "spinexr.fhir.max-entries must be 1 to %d, but is %d"
              .formatted(MOST_ENTRIES, maxEntries));
    }
  }

  /**
   * A regular expression for the whole of an allowed endpoint. A listed address allows itself and
   * what is below it: {@code https://ris.example.org} does not allow {@code
   * https://ris.example.org.evil.example}.
   */
  String endpointPattern() {
    if (subscriptionEndpoints.isEmpty()) {
      return "(?!)";
    }
    return subscriptionEndpoints.stream()
        .map(endpoint -> Pattern.quote(endpoint.replaceAll("/+$", "")) + "(/.*)?")
        .collect(Collectors.joining("|"));
  }

  private static void requireWebAddress(String key, String address) {
    if (!address.matches("https?://[^/?#@\\s]+(/[^?#\\s]*)?")) {
      throw new IllegalArgumentException(
          "spinexr.fhir.%s must be an http or https address, but is '%s'".formatted(key, address));
    }
  }
}
