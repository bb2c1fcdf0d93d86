package io.spinexr.cds;

import io.spinexr.order.Examination;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.order.PatientIdentity;
import io.spinexr.triage.ReadingPriority;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;

/** ServiceRequest to {@link SpineOrder}, when it is one. */
final class OrderReader {
  private static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";
  private static final int DESCRIPTION_LIMIT = 200;

  private static final Set<ServiceRequestStatus> DEAD =
      EnumSet.of(ServiceRequestStatus.REVOKED, ServiceRequestStatus.ENTEREDINERROR);

  private final FhirJson fhirJson;
  private final SpineRadiography spineRadiography;

  OrderReader(FhirJson fhirJson, SpineRadiography spineRadiography) {
    this.fhirJson = fhirJson;
    this.spineRadiography = spineRadiography;
  }

  /** Whether the resource is a living order for spine radiography. */
  boolean isSpineOrder(JsonObject resource) {
    return isLiving(fhirJson.read(ServiceRequest.class, resource))
        && spineRadiography.isOrderedBy(OrderedExamination.of(resource.node()));
  }

  /**
   * @param source names the EHR
   * @param patient whose chart the request is about, and who must be the order's subject
   * @param idIfNone for a draft without one
   * @param placed whether the images are to be waited for
   * @throws CdsException 400 when the order is for someone else
   */
  SpineOrder read(
      JsonObject resource,
      String source,
      PatientIdentity patient,
      Supplier<String> idIfNone,
      boolean placed) {
    ServiceRequest order = fhirJson.read(ServiceRequest.class, resource);
    requireSubject(order, resource, patient.fhirId());
    String id = order.getIdElement().getIdPart();
    ImagingOrder imagingOrder =
        new ImagingOrder(
            source,
            id == null ? idIfNone.get() : id,
            id != null,
            patient,
            new OrderNumbers(number(order, "ACSN"), number(order, "PLAC")),
            new Examination(
                description(order),
                fingerprint(order),
                spineRadiography.regionOf(OrderedExamination.of(resource.node()))),
            priority(order),
            placed ? OrderStage.SIGNED : OrderStage.SELECTED,
            Set.of());
    return new SpineOrder(imagingOrder, resource);
  }

  private static boolean isLiving(ServiceRequest order) {
    return !order.getDoNotPerform() && !DEAD.contains(order.getStatus());
  }

  private static void requireSubject(ServiceRequest order, JsonObject resource, String patientId) {
    String field = resource.pathOf("subject.reference");
    String subject = order.getSubject().getReference();
    if (subject == null) {
      throw CdsException.missing(field);
    }
    if (!FhirIds.isReference(subject)
        || !FhirIds.relative(subject).equals("Patient/" + patientId)) {
      throw CdsException.invalid(field, "must be the patient of context.patientId");
    }
  }

  private static Optional<String> number(ServiceRequest order, String type) {
    return order.getIdentifier().stream()
        .filter(identifier -> identifier.getType().hasCoding(IDENTIFIER_TYPE, type))
        .map(Identifier::getValue)
        .filter(value -> value != null && !value.isBlank())
        .findFirst();
  }

  private static String description(ServiceRequest order) {
    return Stream.concat(
            Stream.ofNullable(order.getCode().getText()),
            order.getCode().getCoding().stream().map(Coding::getDisplay))
        .filter(text -> text != null && !text.isBlank())
        .findFirst()
        .map(text -> PlainText.line(text, DESCRIPTION_LIMIT))
        .orElse("Spine radiograph");
  }

  private static String fingerprint(ServiceRequest order) {
    String codes =
        order.getCode().getCoding().stream()
            .map(coding -> coding.getSystem() + "|" + coding.getCode())
            .sorted()
            .collect(Collectors.joining(" "));
    return codes.isEmpty() ? description(order).toLowerCase(Locale.ROOT) : codes;
  }

  private static ReadingPriority priority(ServiceRequest order) {
    return order.getPriority() == null
        ? ReadingPriority.ROUTINE
        : ReadingPriority.valueOf(order.getPriority().name());
  }
}
