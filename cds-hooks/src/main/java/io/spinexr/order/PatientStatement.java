package io.spinexr.order;

import io.spinexr.finding.BirthDate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an EHR that can be trusted says of a patient: it may correct what is stored.
 *
 * @param sex DICOM PatientSex: M, F or O
 * @param statedAt when it was said: the newest statement holds
 */
public record PatientStatement(
    List<PatientIdentifier> identifiers,
    Optional<Name> name,
    Optional<BirthDate> birthDate,
    Optional<String> sex,
    Instant statedAt) {
  /** A person's name. */
  public record Name(String family, List<String> given) {
    public Name {
      Objects.requireNonNull(family, "family");
      given = List.copyOf(given);
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
    Objects.requireNonNull(sex, "sex");
    Objects.requireNonNull(statedAt, "statedAt");
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "PatientStatement[" + identifiers.size() + " identifiers]";
  }
}
