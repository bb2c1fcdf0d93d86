package io.spinexr.fhir;

import io.spinexr.study.OrderReference;
import io.spinexr.study.PatientIdentifier;
import java.util.Set;

/**
 * What one patient is known by.
 *
 * @param identifiers each of this one person only
 * @param studies of the patient, by StudyInstanceUID
 * @param orders for the patient, by {@link OrderReference#key}
 */
public record PatientTraces(
    Set<PatientIdentifier> identifiers, Set<String> studies, Set<String> orders) {
  public PatientTraces {
    identifiers = Set.copyOf(identifiers);
    studies = Set.copyOf(studies);
    orders = Set.copyOf(orders);
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "PatientTraces[%d identifiers]".formatted(identifiers.size());
  }
}
