package io.spinexr.fhir.study;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.code.RegionCodes;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.study.ImagedInstance;
import io.spinexr.study.ImagedSeries;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.SpineRegion;
import io.spinexr.study.StudyStart;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudySeriesComponent;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudyStatus;
import org.hl7.fhir.r4.model.Reference;

/** {@link ImagedStudy} -> ImagingStudy. */
public final class ImagingStudyResource {
  private ImagingStudyResource() {}

  public static Reference add(
      Transaction transaction,
      ImagedStudy study,
      Reference patient,
      List<Reference> orders,
      Issuer issuer,
      Reference operator) {
    ImagingStudy resource = of(study, patient, orders);
    study
        .accessionNumber()
        .map(number -> OrderResource.accession(number, issuer.accessionSystem()))
        .ifPresent(resource::addIdentifier);
    EndpointResource.add(transaction, study.archives(), issuer.pages(), operator)
        .forEach(resource::addEndpoint);
    return transaction.put(resource, Codes.DICOM_UID, urn(study.studyUid()));
  }

  private static ImagingStudy of(ImagedStudy study, Reference patient, List<Reference> orders) {
    ImagingStudy resource = new ImagingStudy();
    resource.addIdentifier().setSystem(Codes.DICOM_UID).setValue(urn(study.studyUid()));
    resource.setStatus(ImagingStudyStatus.AVAILABLE).setSubject(patient.copy());
    acquired(study).ifPresent(resource::setStartedElement);
    orders.forEach(order -> resource.addBasedOn(order.copy()));
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

  /** When the images were taken. */
  public static Optional<DateTimeType> acquired(ImagedStudy study) {
    return study.started().map(ImagingStudyResource::dateTime);
  }

  /** To the second with the time's own offset, or the day alone. */
  private static DateTimeType dateTime(StudyStart start) {
    return start
        .time()
        .map(time -> time.atDate(start.date()))
        .map(
            time ->
                new DateTimeType(
                    Date.from(time.toInstant()),
                    TemporalPrecisionEnum.SECOND,
                    TimeZone.getTimeZone(time.getOffset())))
        .orElseGet(() -> new DateTimeType(start.date().toString()));
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
  public static String withObservations(String urn) {
    return Transaction.byIdentifier("ImagingStudy", Codes.DICOM_UID, urn)
        + "&_revinclude=Observation:derived-from";
  }

  /** A UID as FHIR writes it. */
  public static String urn(String uid) {
    return "urn:oid:" + uid;
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
