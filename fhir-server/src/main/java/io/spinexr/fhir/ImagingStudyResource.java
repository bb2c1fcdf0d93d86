package io.spinexr.fhir;

import io.spinexr.study.SpineRegion;
import java.util.List;
import org.hl7.fhir.r4.model.Coding;
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
            "Radiographs of the %s, %d series.%n%s"
                .formatted(study.region().display(), study.series().size(), study.description())));
    resource.setNumberOfSeries(study.series().size());
    resource.setNumberOfInstances(
        study.series().stream().mapToInt(s -> s.instances().size()).sum());
    study.series().forEach(series -> resource.addSeries(series(series, study.region())));
    return resource;
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

  private static Identifier accession(String number) {
    Identifier identifier = new Identifier().setValue(number);
    return identifier.setType(
        Codes.concept("http://terminology.hl7.org/CodeSystem/v2-0203", "ACSN", "Accession ID"));
  }

  private static Coding modality(String modality) {
    return new Coding().setSystem(Codes.DICOM).setCode(modality);
  }

  private static ImagingStudySeriesComponent series(ImagedSeries series, SpineRegion region) {
    ImagingStudySeriesComponent component =
        new ImagingStudySeriesComponent()
            .setUid(series.seriesUid())
            .setModality(modality(series.modality()))
            .setBodySite(RegionCodes.bodySite(region).getCodingFirstRep())
            .setNumberOfInstances(series.instances().size());
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
