package io.spinexr.order;

import io.spinexr.triage.ReadingPriority;
import java.util.Objects;
import java.util.Optional;

/**
 * An order for spine radiography, as signed, selected, dispatched or seen in the EHR.
 *
 * @param source base URL of the EHR's FHIR server, or the client's name when it has none; with
 *     {@code id} it names the order
 * @param id logical id of the ServiceRequest, possibly a draft's
 * @param accessionNumber of the images, when the EHR knows it already
 * @param description what was ordered, for people
 * @param priority what the clinician asked for
 * @param placed signed or dispatched, so that its images are waited for; false for a draft and for
 *     a chart that is only looked at: the patient's present images are analysed, later ones are not
 *     waited for
 */
public record ImagingOrder(
    String source,
    String id,
    PatientIdentity patient,
    Optional<String> accessionNumber,
    String description,
    ReadingPriority priority,
    boolean placed) {
  public ImagingOrder {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(accessionNumber, "accessionNumber");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(priority, "priority");
  }

  /**
   * A stable key without personal data: the same for the same order of the same patient. The
   * patient belongs to it because drafts of different patients may share an id.
   */
  public String key() {
    return Sha256.of(String.join("\n", source, patient.fhirId(), id)).substring(0, 32);
  }

  /** Without anything that tells who it is for. */
  @Override
  public String toString() {
    return "ImagingOrder[" + key() + "]";
  }
}
