package io.spinexr.order;

import io.spinexr.finding.BirthDate;
import io.spinexr.study.PatientIdentifier;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who an order is for: what is needed to find the same person's images and to notice when they are
 * another person's.
 *
 * @param fhirId logical id of the Patient on the EHR's FHIR server
 * @param sex DICOM PatientSex: M, F or O
 */
public record PatientIdentity(
    String fhirId,
    List<PatientIdentifier> identifiers,
    Optional<BirthDate> birthDate,
    Optional<String> sex) {
  public PatientIdentity {
    Objects.requireNonNull(fhirId, "fhirId");
    identifiers = List.copyOf(identifiers);
    Objects.requireNonNull(birthDate, "birthDate");
    Objects.requireNonNull(sex, "sex");
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "PatientIdentity[" + identifiers.size() + " identifiers]";
  }
}
