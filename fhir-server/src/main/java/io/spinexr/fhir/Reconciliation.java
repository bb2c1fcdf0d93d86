package io.spinexr.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * One attempt to write a bundle: what is wanted is held against what is there. People's work stays;
 * our own is replaced by its version, so that the server refuses it if someone changed it in
 * between.
 */
final class Reconciliation {
  private static final Set<DiagnosticReportStatus> OUR_REPORT =
      EnumSet.of(DiagnosticReportStatus.REGISTERED, DiagnosticReportStatus.PRELIMINARY);
  private static final Set<TaskStatus> OUR_TASK =
      EnumSet.of(TaskStatus.REQUESTED, TaskStatus.FAILED);
  static final Set<ObservationStatus> OUR_OBSERVATION =
      EnumSet.of(
          ObservationStatus.PRELIMINARY,
          ObservationStatus.CANCELLED,
          ObservationStatus.ENTEREDINERROR);

  private final CheckedStore store;
  private final Patients patients;
  private final Bundle bundle;
  private final List<BundleEntryComponent> created = new ArrayList<>();

  private Reconciliation(Bundle wanted, CheckedStore store) {
    this.bundle = wanted.copy();
    this.store = store;
    this.patients = new Patients(store);
  }

  /**
   * Writes what differs from the store and is not people's work.
   *
   * @return empty if somebody else created the report or the Task at the same time: try again
   */
  static Optional<Recorded> write(Bundle wanted, CheckedStore store) {
    return new Reconciliation(wanted, store).write();
  }

  private Optional<Recorded> write() {
    Optional<BundleEntryComponent> reportEntry = entry(DiagnosticReport.class);
    BundleEntryComponent taskEntry =
        entry(Task.class)
            .orElseThrow(() -> new IllegalArgumentException("the bundle must have a Task"));

    // A report and the Task that asks to read it have the same key.
    String key = key(taskEntry.getResource()).getValue();
    List<Resource> currentReport =
        store.search(
            Transaction.byIdentifier("DiagnosticReport", Codes.REPORT_IDENTIFIER, key)
                + ReportResource.WITH_RESULTS);
    Optional<Task> currentTask =
        first(
            store.search(Transaction.byIdentifier("Task", Codes.TASK_IDENTIFIER, key)), Task.class);
    Optional<DiagnosticReport> report = first(currentReport, DiagnosticReport.class);
    if (report.filter(Reconciliation::taken).isPresent()
        || currentTask.filter(TaskResource::withdrawn).isPresent()) {
      return Optional.of(
          new Recorded(
              reportEntry.flatMap(entry -> report.map(Transaction::address)),
              currentTask.map(Transaction::address),
              true));
    }

    if (reportEntry.isPresent()) {
      report.ifPresent(this::emptyPictures);
    }
    boolean pictures = store.own().isPresent() || PicturesAhead.send(bundle, store);
    entry(Patient.class).ifPresent(entry -> refer(entry, reportEntry.isEmpty()));
    reportEntry.ifPresent(
        entry ->
            report.ifPresentOrElse(
                current -> Transaction.replace(entry, current), () -> create(entry)));
    reportEntry
        .map(entry -> (DiagnosticReport) entry.getResource())
        .ifPresent(
            wanted ->
                currentReport.stream()
                    .filter(Observation.class::isInstance)
                    .map(Observation.class::cast)
                    .forEach(result -> reconcile(result, wanted)));
    if (currentTask.isEmpty()) {
      create(taskEntry);
    } else if (stays(currentTask.get(), (Task) taskEntry.getResource())) {
      keep(taskEntry, currentTask.get());
    } else {
      Transaction.replace(taskEntry, currentTask.get());
    }
    return transact(reportEntry, taskEntry, currentTask, pictures);
  }

  private Optional<Recorded> transact(
      Optional<BundleEntryComponent> reportEntry,
      BundleEntryComponent taskEntry,
      Optional<Task> currentTask,
      boolean pictures) {
    Bundle response = store.transaction(bundle);
    boolean overtaken =
        created.stream()
            .map(entry -> response.getEntry().get(bundle.getEntry().indexOf(entry)))
            .anyMatch(entry -> !entry.getResponse().getStatus().startsWith("201"));
    if (overtaken) {
      return Optional.empty();
    }
    String task =
        bundle.getEntry().contains(taskEntry)
            ? address(response, taskEntry)
            : Transaction.address(currentTask.orElseThrow());
    return Optional.of(
        new Recorded(
            reportEntry.map(entry -> address(response, entry)), Optional.of(task), pictures));
  }

  /** The pictures of images that the new analysis does not show any more. */
  private void emptyPictures(DiagnosticReport current) {
    PictureResource.emptied(current).stream()
        .filter(
            picture ->
                bundle.getEntry().stream()
                    .map(entry -> Transaction.address(entry.getResource()))
                    .noneMatch(Transaction.address(picture)::equals))
        .forEach(picture -> Transaction.replace(bundle.addEntry().setResource(picture), picture));
  }

  /** An observation that the current report refers to. */
  private void reconcile(Observation current, DiagnosticReport report) {
    Optional<BundleEntryComponent> successor =
        bundle.getEntry().stream()
            .filter(entry -> entry.getResource() instanceof Observation)
            .filter(entry -> key(entry.getResource()).equalsDeep(key(current)))
            .findFirst();
    boolean taken = !OUR_OBSERVATION.contains(current.getStatus());
    if (taken && successor.isPresent()) {
      keep(successor.get(), current);
    } else if (taken) {
      report.addResult(new Reference(Transaction.address(current)));
    } else if (successor.isEmpty()) {
      withdraw(current);
    }
  }

  /** The new analysis does not confirm it. */
  private void withdraw(Observation observation) {
    observation.setStatus(ObservationStatus.ENTEREDINERROR);
    observation.setText(
        Narratives.of("Withdrawn: a later analysis by the same models does not confirm it."));
    Transaction.replace(bundle.addEntry().setResource(observation), observation);
  }

  static boolean taken(DiagnosticReport report) {
    return !OUR_REPORT.contains(report.getStatus()) || report.hasResultsInterpreter();
  }

  /** Somebody is at it, or it has a report and the new one would only say that we failed. */
  private static boolean stays(Task current, Task wanted) {
    return !OUR_TASK.contains(current.getStatus())
        || current.hasOwner()
        || (current.hasOutput() && wanted.getStatus() == TaskStatus.FAILED);
  }

  private void create(BundleEntryComponent entry) {
    String condition = entry.getRequest().getUrl();
    entry
        .getRequest()
        .setMethod(HTTPVerb.POST)
        .setUrl(entry.getResource().fhirType())
        .setIfNoneExist(condition);
    created.add(entry);
  }

  /**
   * Lets the bundle refer to the Patient that is there. A failure is shown even if it is unclear
   * which one that is: then it names the patient by identifier.
   */
  private void refer(BundleEntryComponent entry, boolean failure) {
    Patient wanted = (Patient) entry.getResource();
    SubjectIdentifier identifier = PatientResource.identifiers(wanted).get(0);
    try {
      patients
          .survivor(List.of(identifier))
          .ifPresent(
              current -> {
                keep(entry, current);
                fill(current, wanted);
              });
    } catch (FhirRecordException e) {
      if (!failure) {
        throw e;
      }
      omit(
          entry,
          reference ->
              reference.setReference(null).setIdentifier(PatientResource.identifier(identifier)));
    }
  }

  /** Images tell nothing new to another server, and nothing better than what is known to ours. */
  private void fill(Patient current, Patient wanted) {
    if (store.own().isPresent()
        && PatientResource.fill(current, wanted, unknown -> patients.matches(unknown).isEmpty())) {
      Transaction.replace(bundle.addEntry().setResource(current), current);
    }
  }

  /** Leaves the current resource as it is; whatever refers to the entry refers to it. */
  private void keep(BundleEntryComponent entry, Resource current) {
    omit(entry, reference -> reference.setReference(Transaction.address(current)));
  }

  private void omit(BundleEntryComponent entry, Consumer<Reference> instead) {
    bundle.getEntry().remove(entry);
    for (BundleEntryComponent other : bundle.getEntry()) {
      FhirContext.forR4Cached()
          .newTerser()
          .getAllPopulatedChildElementsOfType(other.getResource(), Reference.class)
          .stream()
          .filter(reference -> entry.getFullUrl().equals(reference.getReference()))
          .forEach(instead);
    }
  }

  /** The business identifier: the first and only one that we give. */
  private static Identifier key(Resource resource) {
    if (resource instanceof DiagnosticReport report) {
      return report.getIdentifierFirstRep();
    }
    if (resource instanceof Task task) {
      return task.getIdentifierFirstRep();
    }
    return ((Observation) resource).getIdentifierFirstRep();
  }

  private Optional<BundleEntryComponent> entry(Class<? extends Resource> type) {
    return bundle.getEntry().stream().filter(e -> type.isInstance(e.getResource())).findFirst();
  }

  private static <T extends Resource> Optional<T> first(List<Resource> resources, Class<T> type) {
    return resources.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private String address(Bundle response, BundleEntryComponent entry) {
    String location =
        response.getEntry().get(bundle.getEntry().indexOf(entry)).getResponse().getLocation();
    return new IdType(location).toUnqualifiedVersionless().getValue();
  }
}
