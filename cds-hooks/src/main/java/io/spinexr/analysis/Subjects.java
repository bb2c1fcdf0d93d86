package io.spinexr.analysis;

import io.spinexr.fhir.OrderReference;
import io.spinexr.fhir.Subject;
import io.spinexr.fhir.SubjectIdentifier;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From the words of orders to those of FHIR resources. */
final class Subjects {
  private Subjects() {}

  /**
   * An order's patient, whose images were matched.
   *
   * @param matched stands first: it decides which Patient is meant
   * @param name as the images state it, DICOM PN
   */
  static Subject of(PatientIdentity patient, ArchivePatient matched, Optional<String> name) {
    SubjectIdentifier first = new SubjectIdentifier(matched.system(), matched.patientId());
    List<SubjectIdentifier> identifiers =
        Stream.concat(Stream.of(first), identifiers(patient)).distinct().toList();
    return new Subject(identifiers, name, patient.birthDate(), patient.sex());
  }

  /** An order's patient, of whom no images were matched. */
  static Subject of(ImagingOrder order) {
    PatientIdentity patient = order.patient();
    List<SubjectIdentifier> identifiers = new ArrayList<>(identifiers(patient).toList());
    if (identifiers.isEmpty()) {
      identifiers.add(new SubjectIdentifier(order.source() + "/Patient", patient.fhirId()));
    }
    return new Subject(identifiers, Optional.empty(), patient.birthDate(), patient.sex());
  }

  private static Stream<SubjectIdentifier> identifiers(PatientIdentity patient) {
    return patient.identifiers().stream()
        .map(identifier -> new SubjectIdentifier(identifier.system(), identifier.value().strip()));
  }

  static List<OrderReference> references(List<ImagingOrder> orders) {
    return orders.stream().map(order -> new OrderReference(order.source(), order.id())).toList();
  }
}
