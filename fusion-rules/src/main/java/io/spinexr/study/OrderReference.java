package io.spinexr.study;

import io.spinexr.triage.ReadingPriority;
import java.util.Objects;
import java.util.Optional;

/**
 * An order that lives on another system: a ServiceRequest of the EHR. Our server holds a copy of
 * what is known of it here.
 *
 * @param source base URL of the EHR's FHIR server, or the client's name when it has none
 * @param id logical id of the ServiceRequest there
 * @param key names the order together with its patient, because drafts of different patients may
 *     share an id; without personal data
 * @param accession number of the images, if the order states it
 * @param priority what the clinician asked for
 * @param description what was ordered, for people
 * @param region what was ordered, as far as it is understood
 */
public record OrderReference(
    String source,
    String id,
    String key,
    Optional<String> accession,
    ReadingPriority priority,
    String description,
    SpineRegion region) {
  public OrderReference {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(id, "id");
    if (source.isBlank() || id.isBlank() || key.isBlank()) {
      throw new IllegalArgumentException("an order reference needs a source, an id and a key");
    }
    Objects.requireNonNull(accession, "accession");
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(region, "region");
  }

  /** Without number and description, which may tell who it is for. */
  @Override
  public String toString() {
    return "OrderReference[" + key + "]";
  }
}
