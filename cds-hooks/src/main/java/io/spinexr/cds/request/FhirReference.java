package io.spinexr.cds.request;

import io.spinexr.order.FhirServerUrl;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A literal reference to a resource (http://hl7.org/fhir/R4/references.html#literal). A version at
 * its end is left out: {@code Patient/1/_history/3} is Patient 1.
 *
 * @param server of an absolute reference
 */
public record FhirReference(Optional<FhirServerUrl> server, String type, String id) {
  static final String RULE = "must be a reference like ServiceRequest/123";

  private static final int MAX_LENGTH = 2048;
  private static final Pattern PARTS =
      Pattern.compile("(?:(\\S*)/)?([A-Z][A-Za-z]+)/([^/\\s]+)(?:/_history/[^/\\s]+)?");

  public FhirReference {
    Objects.requireNonNull(server, "server");
    if (!FhirIds.isId(id)) {
      throw new IllegalArgumentException("the id of a reference " + FhirIds.ID_RULE);
    }
  }

  /** The reference in this text; empty if it holds none, or one within its resource or Bundle. */
  public static Optional<FhirReference> parse(String text) {
    Matcher parts = PARTS.matcher(text);
    if (text.length() > MAX_LENGTH || !parts.matches() || !FhirIds.isId(parts.group(3))) {
      return Optional.empty();
    }
    if (parts.group(1) == null) {
      return Optional.of(new FhirReference(Optional.empty(), parts.group(2), parts.group(3)));
    }
    return FhirServerUrl.parse(parts.group(1))
        .map(server -> new FhirReference(Optional.of(server), parts.group(2), parts.group(3)));
  }

  /** Whether it can be of this server: a relative reference can be of any. */
  public boolean isOn(Optional<FhirServerUrl> other) {
    return server.isEmpty() || other.isEmpty() || server.equals(other);
  }

  /** {@code ServiceRequest/123}. */
  public String name() {
    return type + "/" + id;
  }
}
