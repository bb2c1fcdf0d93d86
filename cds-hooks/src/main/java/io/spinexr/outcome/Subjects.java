package io.spinexr.outcome;

import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.result.Urgency;
import io.spinexr.study.OrderReference;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.Subject;
import io.spinexr.triage.ReadingPriority;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** From the words of orders to those of FHIR resources. */
public final class Subjects {
  private Subjects() {}

  /**
   * An order's patient, whose images were matched.
   *
   * @param matched stands first: it decides which Patient is meant
   * @param name as the images state it, DICOM PN
   */
  public static Subject of(PatientIdentity patient, ArchivePatient matched, Optional<String> name) {
    PatientIdentifier first = new PatientIdentifier(matched.system(), matched.patientId());
    List<PatientIdentifier> identifiers =
        Stream.concat(Stream.of(first), identifiers(patient)).distinct().toList();
    return new Subject(identifiers, name, patient.birthDate(), patient.sex());
  }

  /**
   * An order's patient, of whom no images were matched. The first identifier is one that names a
   * single person: a mapped one, or else the EHR's own id.
   *
   * @param inArchive the patient's mapped identifiers
   */
  public static Subject of(ImagingOrder order, List<ArchivePatient> inArchive) {
    PatientIdentity patient = order.patient();
    if (!inArchive.isEmpty()) {
      return of(patient, inArchive.get(0), Optional.empty());
    }
    PatientIdentifier own = new PatientIdentifier(order.source() + "/Patient", patient.fhirId());
    return new Subject(
        Stream.concat(Stream.of(own), identifiers(patient)).toList(),
        Optional.empty(),
        patient.birthDate(),
        patient.sex());
  }

  private static Stream<PatientIdentifier> identifiers(PatientIdentity patient) {
    return patient.identifiers().stream()
        .map(identifier -> new PatientIdentifier(identifier.system(), identifier.value().strip()));
  }

  /**
   * @param triage what the findings ask for
   */
  public static Urgency urgency(Optional<ReadingPriority> triage, List<ImagingOrder> orders) {
    return new Urgency(
        triage, orders.stream().map(ImagingOrder::priority).min(Comparator.naturalOrder()));
  }

  public static List<OrderReference> references(List<ImagingOrder> orders) {
    return orders.stream()
        .map(
            order ->
                new OrderReference(
                    order.source(),
                    order.id(),
                    order.key(),
                    order.accessionNumber(),
                    order.priority(),
                    order.description(),
                    order.examination().region()))
        .toList();
  }
}
