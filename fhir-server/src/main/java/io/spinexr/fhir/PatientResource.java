package io.spinexr.fhir;

import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;

/** {@link Subject} -> Patient. */
final class PatientResource {
  private PatientResource() {}

  static Reference add(Transaction transaction, Subject subject) {
    SubjectIdentifier identifier = subject.identifiers().get(0);
    return transaction.createIfAbsent(of(subject), identifier.system(), identifier.value());
  }

  private static Patient of(Subject subject) {
    Patient patient = new Patient();
    for (SubjectIdentifier identifier : subject.identifiers()) {
      patient.addIdentifier().setSystem(identifier.system()).setValue(identifier.value());
    }
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

  private static AdministrativeGender gender(String sex) {
    return switch (sex) {
      case "M" -> AdministrativeGender.MALE;
      case "F" -> AdministrativeGender.FEMALE;
      case "O" -> AdministrativeGender.OTHER;
      default -> AdministrativeGender.UNKNOWN;
    };
  }
}
