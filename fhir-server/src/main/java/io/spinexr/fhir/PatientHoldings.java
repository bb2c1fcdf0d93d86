package io.spinexr.fhir;

import io.spinexr.study.PatientIdentifier;
import java.util.Map;
import java.util.Set;

/**
 * What our own FHIR server holds of one patient.
 *
 * @param identifiers of the stored Patients
 * @param studies by StudyInstanceUID
 * @param resources how many of each type, deleted ones among them
 */
public record PatientHoldings(
    Set<PatientIdentifier> identifiers, Set<String> studies, Map<String, Integer> resources) {
  public PatientHoldings {
    identifiers = Set.copyOf(identifiers);
    studies = Set.copyOf(studies);
    resources = Map.copyOf(resources);
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "PatientHoldings" + resources;
  }
}
