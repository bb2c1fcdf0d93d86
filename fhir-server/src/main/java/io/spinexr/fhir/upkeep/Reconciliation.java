package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.FindingKey;
import io.spinexr.fhir.result.ObservationResource;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.fhir.store.CheckedStore;
import io.spinexr.fhir.store.Patients;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.ImagingStudyMerge;
import io.spinexr.fhir.study.PatientResource;
import io.spinexr.fhir.worklist.LateImages;
import io.spinexr.fhir.worklist.TaskEnd;
import io.spinexr.fhir.worklist.TaskMerge;
import io.spinexr.study.PatientIdentifier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/**
 * One attempt to write a bundle: what is wanted is held against what is there. People's work stays;
 * our own is replaced by its version, so that the server refuses it if someone changed it in
 * between.
 *
 * <table>
 *   <caption>What is written, by what has become of an earlier analysis</caption>
 *   <tr>
 *     <th>There is
 *     <th>ImagingStudy, Observations on rejected images
 *     <th>Report, other Observations
 *     <th>Task
 *     <th>For late images
 *   <tr>
 *     <td>nothing, or what is still ours
 *     <td>merged, withdrawn
 *     <td>written or replaced; a reader's Observation stays
 *     <td>created or merged
 *     <td>nothing of their own
 *   <tr>
 *     <td>a closed Task
 *     <td>merged, withdrawn
 *     <td>replaced; a reader's Observation stays
 *     <td>kept
 *     <td>a Task
 *   <tr>
 *     <td>a report that a person has taken
 *     <td>merged, withdrawn
 *     <td>kept
 *     <td>kept
 *     <td>a Task, their Observations with Provenance, on our store their pictures
 *   <tr>
 *     <td>a withdrawn result
 *     <td>merged, withdrawn
 *     <td>kept
 *     <td>kept
 *     <td>a Task without what the AI says
 * </table>
 *
 * Where the report is kept and no image comes or goes, nothing is written at all.
 */
final class Reconciliation {
  private static final Set<DiagnosticReportStatus> OUR_REPORT =
      EnumSet.of(DiagnosticReportStatus.REGISTERED, DiagnosticReportStatus.PRELIMINARY);

  private final CheckedStore store;
  private final Patients patients;
  private final WantedBundle bundle;
  private final Optional<BundleEntryComponent> report;
  private final BundleEntryComponent task;
  private final Optional<BundleEntryComponent> study;

  private Reconciliation(Bundle wanted, CheckedStore store) {
    this.store = store;
    this.patients = new Patients(store);
    this.bundle = new WantedBundle(wanted);
    this.report = bundle.entry(DiagnosticReport.class);
    this.task =
        bundle
            .entry(Task.class)
            .orElseThrow(() -> new IllegalArgumentException("the bundle must have a Task"));
    this.study = bundle.entry(ImagingStudy.class);
  }

  /**
   * Writes what differs from the store and is not people's work.
   *
   * @return empty if somebody else created a resource at the same time: try again
   */
  static Optional<Recorded> write(Bundle wanted, CheckedStore store) {
    return new Reconciliation(wanted, store).write();
  }

  private Optional<Recorded> write() {
    // A report and the Task that asks to read it have the same key.
    String key = wantedTask().getIdentifierFirstRep().getValue();
    Optional<ImagingStudy> wantedStudy = study.map(entry -> (ImagingStudy) entry.getResource());
    CurrentRecord current = CurrentRecord.read(store, key, wantedStudy);
    Optional<OrderCopies> copies = store.own().map(own -> new OrderCopies(own, bundle));
    copies.ifPresent(OrderCopies::merge);
    LateImages late = LateImages.of(current.study(), wantedStudy);
    boolean imagesChange = merge(current.study(), wantedStudy);
    boolean settled =
        current.withdrawn() || current.report().filter(Reconciliation::taken).isPresent();
    if (settled && !imagesChange) {
      return Optional.of(recorded(current, entry -> Optional.empty(), true));
    }
    Optional<ObservationMerge> observations =
        report.map(entry -> new ObservationMerge(current, bundle, FindingKey.modelSet(key)));
    if (settled) {
      settle(current, late, observations);
      wantedStudy
          .map(ImagingStudyMerge::rejected)
          .ifPresent(images -> observations.ifPresent(merge -> merge.reject(images)));
    } else {
      if (!late.none() && current.task().filter(TaskEnd::reached).isPresent()) {
        bundle.add(lateTask(late, lateResults(late)));
      }
      mergeReport(current, observations);
      mergeTask(current.task());
      copies.ifPresent(orders -> orders.revoke(current, key));
    }
    bundle.entry(Patient.class).ifPresent(entry -> refer(entry, report.isEmpty()));
    leaveOrdersToTheirServer();
    boolean pictures = bundle.sendPicturesAhead(store);
    return bundle.write(store).map(written -> recorded(current, written, pictures));
  }

  private Task wantedTask() {
    return (Task) task.getResource();
  }

  private Recorded recorded(CurrentRecord current, WantedBundle.Written written, boolean pictures) {
    return new Recorded(
        report.flatMap(
            entry -> written.address(entry).or(() -> current.report().map(Transaction::address))),
        written.address(task).or(() -> current.task().map(Transaction::address)),
        pictures);
  }

  /**
   * @return whether images come or go
   */
  private boolean merge(Optional<ImagingStudy> current, Optional<ImagingStudy> wanted) {
    if (wanted.isEmpty()) {
      return false;
    }
    BundleEntryComponent entry = study.orElseThrow();
    if (current.isEmpty()) {
      bundle.create(entry);
      return false;
    }
    ImagingStudy merged = new ImagingStudyMerge(current.get(), wanted.get()).merged();
    entry.setResource(merged);
    Transaction.replace(entry, current.get());
    return !ImagingStudyMerge.images(merged).equals(ImagingStudyMerge.images(current.get()));
  }

  private void mergeReport(CurrentRecord current, Optional<ObservationMerge> observations) {
    report.ifPresent(
        entry -> {
          DiagnosticReport wanted = (DiagnosticReport) entry.getResource();
          current.report().ifPresent(known -> mergePictures(known, wanted));
          current
              .report()
              .ifPresentOrElse(
                  known -> Transaction.replace(entry, known), () -> bundle.create(entry));
          observations.orElseThrow().merge(wanted);
        });
  }

  /**
   * The pictures of images that the new analysis does not show any more are emptied. Those of
   * images that it only could not draw again stay.
   */
  private void mergePictures(DiagnosticReport current, DiagnosticReport wanted) {
    Set<String> shown =
        bundle.entries(Binary.class).stream()
            .map(entry -> entry.getResource().getIdElement().getIdPart())
            .collect(Collectors.toSet());
    Set<String> analysed =
        bundle.entries(Observation.class).stream()
            .filter(entry -> ObservationResource.ofAnalysedImage((Observation) entry.getResource()))
            .map(entry -> PictureResource.idOf(ObservationMerge.key(entry)))
            .filter(id -> !shown.contains(id))
            .collect(Collectors.toSet());
    current.getPresentedForm().stream()
        .filter(PictureResource::links)
        .filter(link -> analysed.contains(PictureResource.id(link)))
        .forEach(wanted::addPresentedForm);
    shown.addAll(analysed);
    PictureResource.emptied(current).stream()
        .filter(picture -> !shown.contains(picture.getIdElement().getIdPart()))
        .forEach(bundle::change);
  }

  private void mergeTask(Optional<Task> current) {
    if (current.isEmpty()) {
      bundle.create(task);
      return;
    }
    new TaskMerge(current.get(), wantedTask())
        .merged()
        .ifPresentOrElse(
            merged -> {
              task.setResource(merged);
              Transaction.replace(task, current.get());
            },
            () -> bundle.keep(task, current.get()));
  }

  /** People are done with the study: of a newer analysis they get what they have not seen. */
  private void settle(
      CurrentRecord current, LateImages late, Optional<ObservationMerge> observations) {
    List<BundleEntryComponent> kept = new ArrayList<>();
    study.ifPresent(kept::add);
    if (!late.none()) {
      List<BundleEntryComponent> results =
          current.withdrawn()
              ? List.of()
              : lateResults(late).stream()
                  .filter(entry -> observations.orElseThrow().meet(entry))
                  .toList();
      BundleEntryComponent read =
          current.withdrawn()
              ? entry(late.taskWithoutResult(wantedTask()))
              : lateTask(late, results);
      bundle.add(read);
      kept.add(read);
      kept.addAll(results);
      if (!current.withdrawn()) {
        kept.addAll(latePictures(late));
      }
      if (!results.isEmpty()) {
        provenance(late, results).ifPresent(kept::add);
      }
    }
    current.report().ifPresent(known -> report.ifPresent(entry -> bundle.keep(entry, known)));
    bundle.retain(kept);
  }

  /** For our page; on another server, where no report links them, nobody would take them back. */
  private List<BundleEntryComponent> latePictures(LateImages late) {
    String modelSet = FindingKey.modelSet(wantedTask().getIdentifierFirstRep().getValue());
    Set<String> ids =
        late.images().stream()
            .map(image -> PictureResource.id(image, modelSet))
            .collect(Collectors.toSet());
    return store.own().isEmpty()
        ? List.of()
        : bundle.entries(Binary.class).stream()
            .filter(entry -> ids.contains(entry.getResource().getIdElement().getIdPart()))
            .toList();
  }

  private List<BundleEntryComponent> lateResults(LateImages late) {
    return bundle.entries(Observation.class).stream()
        .filter(entry -> late.have(FindingKey.sopInstanceUid(ObservationMerge.key(entry))))
        .toList();
  }

  private BundleEntryComponent lateTask(LateImages late, List<BundleEntryComponent> results) {
    List<Reference> images =
        results.stream()
            .filter(entry -> ObservationResource.ofImage((Observation) entry.getResource()))
            .map(entry -> new Reference(entry.getFullUrl()).setType("Observation"))
            .toList();
    return entry(late.task(wantedTask(), images));
  }

  private static BundleEntryComponent entry(Task late) {
    Transaction transaction = new Transaction();
    transaction.createIfAbsent(
        late, Codes.TASK_IDENTIFIER, late.getIdentifierFirstRep().getValue());
    return transaction.bundle().getEntryFirstRep();
  }

  /** What made the late images' Observations, beside what made those that people have read. */
  private Optional<BundleEntryComponent> provenance(
      LateImages late, List<BundleEntryComponent> results) {
    Optional<BundleEntryComponent> entry =
        bundle.entries(Provenance.class).stream()
            .filter(
                other ->
                    other.getResource().getMeta().getTag().stream()
                        .anyMatch(tag -> Codes.ANALYSIS_TAG.equals(tag.getSystem())))
            .findFirst();
    return entry.map(
        made -> {
          Provenance provenance = (Provenance) made.getResource();
          String key = late.key(wantedTask().getIdentifierFirstRep().getValue());
          provenance.setTarget(null).getMeta().setTag(null);
          provenance.getMeta().addTag(Codes.ANALYSIS_TAG, key, null);
          results.forEach(
              result ->
                  provenance.addTarget().setReference(result.getFullUrl()).setType("Observation"));
          Transaction transaction = new Transaction();
          transaction.putTagged(provenance, Codes.ANALYSIS_TAG, key);
          made.setRequest(transaction.bundle().getEntryFirstRep().getRequest());
          return made;
        });
  }

  static boolean taken(DiagnosticReport report) {
    return !OUR_REPORT.contains(report.getStatus()) || report.hasResultsInterpreter();
  }

  /**
   * Lets the bundle refer to the Patient that is there. A failure is shown even if it is unclear
   * which one that is: then it names the patient by identifier.
   */
  private void refer(BundleEntryComponent entry, boolean failure) {
    Patient wanted = (Patient) entry.getResource();
    PatientIdentifier identifier = PatientResource.identifiers(wanted).get(0);
    try {
      patients
          .survivor(List.of(identifier))
          .ifPresent(
              current -> {
                bundle.keep(entry, current);
                fill(current, wanted);
              });
    } catch (FhirRecordException e) {
      if (!failure) {
        throw e;
      }
      bundle.omit(
          entry,
          reference ->
              reference.setReference(null).setIdentifier(PatientResource.identifier(identifier)));
    }
  }

  /** Images tell nothing new to another server, and nothing better than what is known to ours. */
  private void fill(Patient current, Patient wanted) {
    if (store.own().isPresent()
        && PatientResource.fill(current, wanted, unknown -> patients.matches(unknown).isEmpty())) {
      bundle.change(current);
    }
  }

  /** Another server has orders of its own; the identifiers in our references name them. */
  private void leaveOrdersToTheirServer() {
    if (store.own().isEmpty()) {
      bundle
          .entries(ServiceRequest.class)
          .forEach(entry -> bundle.omit(entry, reference -> reference.setReference(null)));
    }
  }
}
