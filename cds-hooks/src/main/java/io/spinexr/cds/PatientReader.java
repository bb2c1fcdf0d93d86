package io.spinexr.cds;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.PatientIdentifier;
import io.spinexr.order.PatientIdentity;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Date;
import java.util.Optional;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Identifier.IdentifierUse;
import org.hl7.fhir.r4.model.Patient;

/** Patient to {@link PatientIdentity}. */
final class PatientReader {
  private final Clock clock;

  PatientReader(Clock clock) {
    this.clock = clock;
  }

  /** The identity as far as the resource states it; outdated identifiers are left out. */
  PatientIdentity read(String patientId, Patient patient) {
    return new PatientIdentity(
        patientId,
        patient.getIdentifier().stream()
            .filter(this::isCurrent)
            .map(identifier -> new PatientIdentifier(identifier.getSystem(), identifier.getValue()))
            .distinct()
            .toList(),
        birthDate(patient.getBirthDateElement()),
        sex(patient.getGender()));
  }

  private boolean isCurrent(Identifier identifier) {
    Date end = identifier.getPeriod().getEnd();
    return hasText(identifier.getSystem())
        && hasText(identifier.getValue())
        && identifier.getUse() != IdentifierUse.OLD
        && (end == null || end.toInstant().isAfter(clock.instant()));
  }

  private static boolean hasText(String text) {
    return text != null && !text.isBlank();
  }

  private static Optional<BirthDate> birthDate(DateType date) {
    // A year or a month alone proves nothing about who somebody is.
    return date.getPrecision() == TemporalPrecisionEnum.DAY && date.getValue() != null
        ? Optional.of(BirthDate.of(LocalDate.parse(date.getValueAsString())))
        : Optional.empty();
  }

  private static Optional<String> sex(AdministrativeGender gender) {
    if (gender == null) {
      return Optional.empty();
    }
    return switch (gender) {
      case MALE -> Optional.of("M");
      case FEMALE -> Optional.of("F");
      case OTHER -> Optional.of("O");
      default -> Optional.empty();
    };
  }
}
