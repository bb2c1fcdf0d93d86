package io.spinexr.fhir.result;

import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.DeviceResource;
import io.spinexr.fhir.code.FindingKey;
import io.spinexr.fhir.code.OwnMark;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.fhir.study.OrderResource;
import io.spinexr.fhir.study.PatientResource;
import io.spinexr.fhir.worklist.TaskResource;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.result.AnalysedStudy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;

/**
 * A finished analysis as one FHIR transaction: Patient, operator and Endpoints if absent, copies of
 * the orders, ImagingStudy, model cards, Devices, Observations, DiagnosticReport, Task and
 * Provenance, each conditional on its business identifier, and the report's pictures under ids of
 * their own.
 *
 * <p>The AI is the report's author by {@link Codes#ANALYSED_BY}, by its observations' device and by
 * the Provenance: {@code DiagnosticReport.performer} cannot be a Device in R4, and {@code
 * resultsInterpreter} is left to the radiologist.
 */
public final class FindingsBundle {
  private final AnalysedStudy study;
  private final Issuer issuer;
  private final String modelSet;
  private final Transaction transaction = new Transaction();

  private FindingsBundle(AnalysedStudy study, Issuer issuer) {
    this.study = study;
    this.issuer = issuer;
    this.modelSet = study.findings().models().id();
  }

  /** The transaction that {@link FhirRecord#write} takes. */
  public static Bundle of(AnalysedStudy study, Issuer issuer) {
    return new FindingsBundle(study, issuer).build();
  }

  private Bundle build() {
    Reference patient = PatientResource.add(transaction, study.subject());
    Reference operator = issuer.operator().add(transaction);
    List<Reference> orders =
        new OrderResource(transaction, patient, issuer.accessionSystem())
            .add(study.orders(), study.study().accessionNumber());
    Reference imagingStudy =
        ImagingStudyResource.add(transaction, study.study(), patient, orders, issuer, operator);
    Map<ModelVersion, Reference> cards = cards();
    List<Reference> devices = devices(cards);
    Reference device = devices.get(0);
    Context context = new Context(patient, imagingStudy, device, operator, orders);
    List<Reference> results = observations(context);

    String analysis = study.study().studyUid() + "/" + modelSet;
    DiagnosticReport report = ReportResource.of(study, context, results);
    report.addIdentifier().setSystem(Codes.REPORT_IDENTIFIER).setValue(analysis);
    Reference reportReference = transaction.put(report, Codes.REPORT_IDENTIFIER, analysis);
    for (ImageFindings image : study.findings().images()) {
      PictureResource.of(study, image)
          .map(picture -> PictureResource.governedBy(picture, reportReference, report))
          .ifPresent(transaction::put);
    }

    Task task = TaskResource.reading(study, patient, imagingStudy, device, orders, reportReference);
    task.addIdentifier().setSystem(Codes.TASK_IDENTIFIER).setValue(analysis);
    study
        .study()
        .accessionNumber()
        .map(number -> OrderResource.accession(number, issuer.accessionSystem()))
        .map(OwnMark::on)
        .ifPresent(task::setGroupIdentifier);
    Reference taskReference = transaction.put(task, Codes.TASK_IDENTIFIER, analysis);

    Provenance provenance =
        ProvenanceResource.of(
            study,
            Stream.concat(Stream.of(reportReference, taskReference), results.stream()).toList(),
            devices,
            List.copyOf(cards.values()));
    provenance.getMeta().addTag(Codes.ANALYSIS_TAG, analysis, null);
    transaction.putTagged(provenance, Codes.ANALYSIS_TAG, analysis);
    return transaction.bundle();
  }

  private Map<ModelVersion, Reference> cards() {
    Map<ModelVersion, Reference> cards = new LinkedHashMap<>();
    for (ModelVersion model : study.findings().models().models()) {
      String markdown = issuer.modelCards().get(model);
      if (markdown != null) {
        cards.put(model, ModelCardResource.add(transaction, model, markdown));
      }
    }
    return cards;
  }

  /** The set first, then its models. */
  private List<Reference> devices(Map<ModelVersion, Reference> cards) {
    List<Reference> devices = new ArrayList<>();
    Reference set =
        transaction.put(
            DeviceResource.of(study.findings().models(), study.rule(), List.copyOf(cards.values())),
            Codes.MODEL_IDENTIFIER,
            modelSet);
    devices.add(set);
    for (ModelVersion model : study.findings().models().models()) {
      devices.add(
          transaction.put(
              DeviceResource.of(model, set, Optional.ofNullable(cards.get(model))),
              Codes.MODEL_IDENTIFIER,
              DeviceResource.identifier(model)));
    }
    return devices;
  }

  private List<Reference> observations(Context context) {
    ObservationResource resources = new ObservationResource(study, context);
    FindingKey keys = new FindingKey(modelSet);
    List<Reference> results = new ArrayList<>();
    for (ImageFindings image : study.findings().images()) {
      String sopInstanceUid = image.image().sopInstanceUid();
      results.add(put(resources.image(image), keys.image(sopInstanceUid)));
      for (Finding finding : image.findings()) {
        Observation observation = resources.finding(image, finding);
        results.add(put(observation, keys.finding(sopInstanceUid, observation)));
      }
    }
    Set<String> told =
        study.findings().images().stream()
            .map(image -> image.image().sopInstanceUid())
            .collect(Collectors.toCollection(HashSet::new));
    for (RejectedImage image : study.findings().rejected()) {
      // An archive may list an image in a second series, too.
      if (told.add(image.image().sopInstanceUid())) {
        results.add(put(resources.rejected(image), keys.image(image.image().sopInstanceUid())));
      }
    }
    return results;
  }

  private Reference put(Observation observation, String key) {
    observation.addIdentifier().setSystem(Codes.OBSERVATION_IDENTIFIER).setValue(key);
    return transaction.put(observation, Codes.OBSERVATION_IDENTIFIER, key);
  }
}
