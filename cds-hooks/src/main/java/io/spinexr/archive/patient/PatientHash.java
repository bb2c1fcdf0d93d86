package io.spinexr.archive.patient;

import io.spinexr.order.PatientIdentity;
import io.spinexr.order.Sha256;
import java.util.Set;
import java.util.stream.Collectors;

/** Stands for a patient's identifier where the identifier itself is not needed. */
public final class PatientHash {
  private PatientHash() {}

  public static String of(String system, String value) {
    return Sha256.of(system + "\n" + value.strip());
  }

  /** One for each of the patient's identifiers, mapped to the archive or not. */
  public static Set<String> all(PatientIdentity patient) {
    return patient.identifiers().stream()
        .map(identifier -> of(identifier.system(), identifier.value()))
        .collect(Collectors.toUnmodifiableSet());
  }
}
