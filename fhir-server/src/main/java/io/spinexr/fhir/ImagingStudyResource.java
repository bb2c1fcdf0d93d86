package io.spinexr.fhir;

import io.spinexr.study.SpineRegion;
import java.util.List;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudySeriesComponent;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudyStatus;
import org.hl7.fhir.r4.model.Reference;

/** {@link ImagedStudy} -> ImagingStudy. */
final class ImagingStudyResource {
  private ImagingStudyResource() {}

  static Reference add(
      Transaction transaction, ImagedStudy study, Reference patient, List<OrderReference> orders) {
    return transaction.put(of(study, patient, orders), Codes.DICOM_UID, urn(study.studyUid()));
  }

  private static ImagingStudy of(
      ImagedStudy study, Reference patient, List<OrderReference> orders) {
    ImagingStudy resource = new ImagingStudy();
    resource.addIdentifier().setSystem(Codes.DICOM_UID).setValue(urn(study.studyUid()));
    study.accessionNumber().map(ImagingStudyResource::accession).ifPresent(resource::addIdentifier);
    resource.setStatus(ImagingStudyStatus.AVAILABLE).setSubject(patient.copy());
    ReportResource.acquired(study).ifPresent(resource::setStartedElement);
    orders.forEach(order -> resource.addBasedOn(reference(order)));
    if (!study.description().isBlank()) {
      resource.setDescription(study.description());
    }
    study.series().stream()
        .map(ImagedSeries::modality)
        .distinct()
        .forEach(modality -> resource.addModality(modality(modality)));
    resource.setText(
        Narratives.of(
            "Radiographs of the %s.%n%s".formatted(study.region().display(), study.description())));
    study.series().forEach(series -> resource.addSeries(series(series, study.region())));
    study.rejected().stream()
        .sorted()
        .forEach(uid -> resource.addExtension(Codes.REJECTED_INSTANCE, new IdType(uid)));
    count(resource);
    return resource;
  }

  /** Counts what is listed. */
  static void count(ImagingStudy resource) {
    resource.getSeries().stream()
        .filter(ImagingStudySeriesComponent::hasInstance)
        .forEach(series -> series.setNumberOfInstances(series.getInstance().size()));
    resource.setNumberOfSeries(resource.getSeries().size());
    resource.setNumberOfInstances(
        resource.getSeries().stream().mapToInt(series -> series.getNumberOfInstances()).sum());
  }

  /** The search for a study and the Observations on its images. */
  static String withObservations(String urn) {
    return Transaction.byIdentifier("ImagingStudy", Codes.DICOM_UID, urn)
        + "&_revinclude=Observation:derived-from";
  }

  /** A UID as FHIR writes it. */
  static String urn(String uid) {
    return "urn:oid:" + uid;
  }

  /** The order on the EHR's server, by identifier. */
  static Reference reference(OrderReference order) {
    Reference reference = new Reference().setType("ServiceRequest");
    return reference.setIdentifier(new Identifier().setSystem(order.system()).setValue(order.id()));
  }

  static Identifier accession(String number) {
    Identifier identifier = new Identifier().setValue(number);
    return identifier.setType(
        Codes.concept(Codes.IDENTIFIER_TYPE, Codes.ACCESSION, "Accession ID"));
  }

  private static Coding modality(String modality) {
    return new Coding().setSystem(Codes.DICOM).setCode(modality);
  }

  private static ImagingStudySeriesComponent series(ImagedSeries series, SpineRegion region) {
    ImagingStudySeriesComponent component =
        new ImagingStudySeriesComponent()
            .setUid(series.seriesUid())
            .setModality(modality(series.modality()))
            .setBodySite(RegionCodes.bodySite(region).getCodingFirstRep());
    if (!series.description().isBlank()) {
      component.setDescription(series.description());
    }
    for (ImagedInstance instance : series.instances()) {
      component
          .addInstance()
          .setUid(instance.sopInstanceUid())
          .setSopClass(
              new Coding().setSystem("urn:ietf:rfc:3986").setCode(urn(instance.sopClassUid())));
    }
    return component;
  }
}
