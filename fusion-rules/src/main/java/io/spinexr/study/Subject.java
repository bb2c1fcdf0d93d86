package io.spinexr.study;

import io.spinexr.finding.BirthDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The patient a result belongs to, as order and images agree.
 *
 * @param identifiers at least one; the first decides which Patient resource is meant
 * @param name DICOM PN: {@code family^given^middle^prefix^suffix}
 * @param sex DICOM PatientSex: M, F or O
 */
public record Subject(
    List<PatientIdentifier> identifiers,
    Optional<String> name,
    Optional<BirthDate> birthDate,
    Optional<String> sex) {
  public Subject {
    identifiers = List.copyOf(identifiers);
    if (identifiers.isEmpty()) {
      throw new IllegalArgumentException("a patient needs at least one identifier");
    }
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(birthDate, "birthDate");
    Objects.requireNonNull(sex, "sex");
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "Subject[" + identifiers.size() + " identifiers]";
  }
}
