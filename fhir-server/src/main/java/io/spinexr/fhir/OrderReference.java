package io.spinexr.fhir;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * An order that lives on another system: a ServiceRequest of the EHR. Resources here name it by
 * identifier (a FHIR logical reference), because our server does not hold it.
 *
 * @param source base URL of the EHR's FHIR server, or the client's name when it has none
 * @param id logical id of the ServiceRequest there
 * @param key names the order together with its patient, because drafts of different patients may
 *     share an id; without personal data
 */
public record OrderReference(String source, String id, String key) {
  public OrderReference {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(id, "id");
    if (source.isBlank() || id.isBlank() || key.isBlank()) {
      throw new IllegalArgumentException("an order reference needs a source, an id and a key");
    }
  }

  /**
   * The namespace of the order's identifier: {@code <base URL>/ServiceRequest}, or one of ours made
   * from the client's name.
   */
  public String system() {
    return source.startsWith("http://") || source.startsWith("https://")
        ? source.replaceAll("/+$", "") + "/ServiceRequest"
        : Codes.BASE + "/orders/" + URLEncoder.encode(source, StandardCharsets.UTF_8);
  }
}
