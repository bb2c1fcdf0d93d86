package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.store.OwnStore;
import io.spinexr.fhir.store.Patients;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.PatientResource;
import io.spinexr.study.PatientStatement;
import io.spinexr.study.PatientStatement.Name;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.StringType;

/** One attempt to bring a stored Patient to what the EHR states. */
final class CorrectionAttempt {
  /** A nickname or a maiden name is not what a statement is about. */
  private static final Set<NameUse> OTHER_NAMES =
      EnumSet.of(NameUse.OLD, NameUse.MAIDEN, NameUse.NICKNAME, NameUse.ANONYMOUS, NameUse.TEMP);

  private CorrectionAttempt() {}

  /**
   * @return whether name, birth date or sex changed
   */
  static boolean run(PatientStatement statement, OwnStore store) {
    Optional<Patient> found = new Patients(store).survivor(statement.identifiers());
    if (found.isEmpty() || statedAt(found.get()).isAfter(statement.statedAt())) {
      return false;
    }
    Patient patient = found.get();
    Patient before = patient.copy();
    statement.name().filter(name -> differs(patient, name)).ifPresent(name -> set(patient, name));
    statement
        .birthDate()
        .map(Object::toString)
        .filter(date -> !date.equals(patient.getBirthDateElement().getValueAsString()))
        .ifPresent(date -> patient.setBirthDateElement(new DateType(date)));
    statement.sex().map(PatientResource::gender).ifPresent(patient::setGender);
    boolean changed = !patient.equalsDeep(before);
    // Kept even if nothing differs: an older statement that comes later must not win.
    patient.getExtension().removeIf(extension -> Codes.STATED_AT.equals(extension.getUrl()));
    patient.addExtension(Codes.STATED_AT, new InstantType(Date.from(statement.statedAt())));
    if (!patient.equalsDeep(before)) {
      Transaction transaction = new Transaction();
      transaction.replace(patient);
      store.transaction(transaction.bundle());
    }
    return changed;
  }

  private static Instant statedAt(Patient patient) {
    return patient.hasExtension(Codes.STATED_AT)
        ? ((InstantType) patient.getExtensionByUrl(Codes.STATED_AT).getValue())
            .getValue()
            .toInstant()
        : Instant.MIN;
  }

  private static boolean differs(Patient patient, Name name) {
    List<HumanName> current = used(patient).toList();
    return current.size() != 1
        || !name.family().equals(Optional.ofNullable(current.get(0).getFamily()).orElse(""))
        || !name.given()
            .equals(current.get(0).getGiven().stream().map(StringType::getValue).toList());
  }

  private static void set(Patient patient, Name name) {
    HumanName stated = new HumanName();
    if (!name.family().isBlank()) {
      stated.setFamily(name.family());
    }
    name.given().forEach(stated::addGiven);
    patient.getName().removeAll(used(patient).toList());
    patient.getName().add(0, stated);
  }

  private static Stream<HumanName> used(Patient patient) {
    return patient.getName().stream().filter(name -> !OTHER_NAMES.contains(name.getUse()));
  }
}
