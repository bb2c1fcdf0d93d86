package io.spinexr.study;

import io.spinexr.finding.BirthDate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the EHR says of a patient, so that what is stored here can be corrected; it knows better
 * than images do. The caller vouches that a registered EHR or an authenticated client says so.
 *
 * @param identifiers those in force; may be none
 * @param sex DICOM PatientSex: M, F or O
 * @param statedAt when it said so: a newer statement wins
 */
public record PatientStatement(
    List<PatientIdentifier> identifiers,
    Optional<Name> name,
    Optional<BirthDate> birthDate,
    Optional<String> sex,
    Instant statedAt) {
  /**
   * A person's name as it is used.
   *
   * @param family may be empty if there are given names
   * @param given in their order
   */
  public record Name(String family, List<String> given) {
    public Name {
      Objects.requireNonNull(family, "family");
      given = List.copyOf(given);
      if (family.isBlank() && given.stream().allMatch(String::isBlank)) {
        throw new IllegalArgumentException("a name needs a family name or a given name");
      }
    }

    /** Without the name. */
    @Override
    public String toString() {
      return "Name";
    }
  }

  public PatientStatement {
    identifiers = List.copyOf(identifiers);
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(birthDate, "birthDate");
    if (!sex.map(Set.of("M", "F", "O")::contains).orElse(true)) {
      throw new IllegalArgumentException("a patient's sex must be M, F or O");
    }
    Objects.requireNonNull(statedAt, "statedAt");
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "PatientStatement[" + identifiers.size() + " identifiers, " + statedAt + "]";
  }
}
