package io.spinexr.fhir.study;

import io.spinexr.fhir.store.Patients;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.Subject;
import java.util.List;
import java.util.function.Predicate;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/** {@link Subject} -> Patient. */
public final class PatientResource {
  private PatientResource() {}

  public static Reference add(Transaction transaction, Subject subject) {
    PatientIdentifier identifier = subject.identifiers().get(0);
    return transaction.createIfAbsent(of(subject), identifier.system(), identifier.value());
  }

  private static Patient of(Subject subject) {
    Patient patient = new Patient();
    subject.identifiers().forEach(id -> patient.addIdentifier(identifier(id)));
    subject
        .name()
        .map(PatientResource::name)
        .filter(name -> !name.isEmpty())
        .ifPresent(patient::addName);
    subject
        .birthDate()
        .ifPresent(date -> patient.setBirthDateElement(new DateType(date.toString())));
    subject.sex().map(PatientResource::gender).ifPresent(patient::setGender);
    // No narrative: it could only repeat the name.
    return patient;
  }

  /**
   * Adds what a Patient lacks and another states; nothing that is there changes.
   *
   * @param unused whether no Patient has an identifier
   * @return whether something was added
   */
  public static boolean fill(Patient patient, Patient stated, Predicate<PatientIdentifier> unused) {
    Patient before = patient.copy();
    identifiers(stated).stream()
        .filter(identifier -> Patients.find(patient, identifier).isEmpty())
        .filter(unused)
        .forEach(identifier -> patient.addIdentifier(identifier(identifier)));
    if (!patient.hasName()) {
      patient.setName(stated.copy().getName());
    }
    if (!patient.hasBirthDate()) {
      patient.setBirthDateElement(stated.getBirthDateElement().copy());
    }
    if (!patient.hasGender()) {
      patient.setGender(stated.getGender());
    }
    return !patient.equalsDeep(before);
  }

  /** The Patient by identifier, whichever resource that is. */
  public static Reference named(PatientIdentifier identifier) {
    return new Reference().setType("Patient").setIdentifier(identifier(identifier));
  }

  public static Identifier identifier(PatientIdentifier identifier) {
    return new Identifier().setSystem(identifier.system()).setValue(identifier.value());
  }

  /** Of a Patient made here. */
  public static List<PatientIdentifier> identifiers(Patient patient) {
    return patient.getIdentifier().stream()
        .map(identifier -> new PatientIdentifier(identifier.getSystem(), identifier.getValue()))
        .toList();
  }

  /** DICOM's alphabetic group of PN: family^given^middle^prefix^suffix (PS3.5 section 6.2.1). */
  private static HumanName name(String dicomName) {
    String[] parts = dicomName.split("=", 2)[0].split("\\^", -1);
    HumanName name = new HumanName();
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i].strip();
      if (part.isEmpty()) {
        continue;
      }
      switch (i) {
        case 0 -> name.setFamily(part);
        case 1, 2 -> name.addGiven(part);
        case 3 -> name.addPrefix(part);
        case 4 -> name.addSuffix(part);
        default -> {}
      }
    }
    return name;
  }

  public static AdministrativeGender gender(String sex) {
    return switch (sex) {
      case "M" -> AdministrativeGender.MALE;
      case "F" -> AdministrativeGender.FEMALE;
      case "O" -> AdministrativeGender.OTHER;
      default -> AdministrativeGender.UNKNOWN;
    };
  }
}
