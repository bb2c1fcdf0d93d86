package io.spinexr.order;

import io.spinexr.finding.BirthDate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an EHR that is trusted says of a patient, so that what is stored here can be corrected.
 *
 * @param identifiers those in force
 * @param sex DICOM PatientSex: M, F or O
 * @param statedAt when it was said: the newest statement counts
 */
public record PatientStatement(
    List<PatientIdentifier> identifiers,
    Optional<Name> name,
    Optional<BirthDate> birthDate,
    Optional<String> sex,
    Instant statedAt) {
  /**
   * The name that the patient goes by.
   *
   * @param family never empty
   * @param given in their order; may be none
   */
  public record Name(String family, List<String> given) {
    public Name {
      if (family.isBlank()) {
        throw new IllegalArgumentException("a patient's name needs a family name");
      }
      given = List.copyOf(given);
    }

    /** Without the name. */
    @Override
    public String toString() {
      return "Name[]";
    }
  }

  public PatientStatement {
    identifiers = List.copyOf(identifiers);
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(birthDate, "birthDate");
    Objects.requireNonNull(sex, "sex");
    Objects.requireNonNull(statedAt, "statedAt");
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "PatientStatement[" + identifiers.size() + " identifiers, " + statedAt + "]";
  }
}
