package io.spinexr.order;

import io.spinexr.triage.ReadingPriority;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An order for spine radiography, as selected, signed or dispatched in the EHR.
 *
 * @param source base URL of the EHR's FHIR server, or the client's name when it has none; with
 *     {@code id} it names the order
 * @param id logical id of the ServiceRequest, possibly a draft's
 * @param named whether {@code id} is the EHR's; an order without one gets one of ours when it is
 *     remembered
 * @param priority what the clinician asked for
 * @param requesters who asked, as {@code Practitioner/123} of the EHR
 */
public record ImagingOrder(
    String source,
    String id,
    boolean named,
    PatientIdentity patient,
    OrderNumbers numbers,
    Examination examination,
    ReadingPriority priority,
    OrderStage stage,
    Set<String> requesters) {
  public ImagingOrder {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(numbers, "numbers");
    Objects.requireNonNull(examination, "examination");
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(stage, "stage");
    requesters = Set.copyOf(requesters);
  }

  /**
   * A stable key without personal data: the same for the same order of the same patient. The
   * patient belongs to it because drafts of different patients may share an id.
   */
  public String key() {
    return key(source, patient.fhirId(), id);
  }

  static String key(String source, String patientId, String id) {
    return Sha256.of(String.join("\n", source, patientId, id)).substring(0, 32);
  }

  /** The same for every order of one patient for one examination that the EHR gave no id. */
  public String draftKey() {
    return Sha256.of(
        String.join(
            "\n",
            "unnamed",
            source,
            patient.fhirId(),
            examination.fingerprint(),
            examination.region().name()));
  }

  /** The patient's address on the EHR's FHIR server. */
  public String patientReference() {
    return patientReference(source, patient.fhirId());
  }

  /**
   * @param source as of an order
   */
  public static String patientReference(String source, String patientId) {
    return source + "/Patient/" + patientId;
  }

  /**
   * The chart of the patient, without personal data: the same for all orders of the patient at one
   * EHR.
   */
  public String chart() {
    return chart(patientReference());
  }

  /**
   * @param patientReference as of an order
   */
  public static String chart(String patientReference) {
    return Sha256.of(patientReference);
  }

  /** Whether its images are waited for. */
  public boolean placed() {
    return stage != OrderStage.SELECTED;
  }

  /** What was ordered, for people. */
  public String description() {
    return examination.description();
  }

  public Optional<String> accessionNumber() {
    return numbers.accession();
  }

  /** The order under another id. */
  public ImagingOrder withId(String other) {
    return new ImagingOrder(
        source, other, named, patient, numbers, examination, priority, stage, requesters);
  }

  /** The order with another priority. */
  public ImagingOrder withPriority(ReadingPriority other) {
    return new ImagingOrder(
        source, id, named, patient, numbers, examination, other, stage, requesters);
  }

  /** The order of a patient about whom something else is known now. */
  public ImagingOrder withPatient(PatientIdentity other) {
    return new ImagingOrder(
        source, id, named, other, numbers, examination, priority, stage, requesters);
  }

  /** Without anything that tells who it is for. */
  @Override
  public String toString() {
    return "ImagingOrder[" + key() + "]";
  }
}
