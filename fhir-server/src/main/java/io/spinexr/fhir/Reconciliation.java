package io.spinexr.fhir;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
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
  private static final Set<ObservationStatus> OUR_OBSERVATION =
      EnumSet.of(
          ObservationStatus.PRELIMINARY,
          ObservationStatus.CANCELLED,
          ObservationStatus.ENTEREDINERROR);

  private final FhirStore store;
  private final Bundle bundle;
  private final List<BundleEntryComponent> created = new ArrayList<>();

  private Reconciliation(Bundle wanted, FhirStore store) {
    this.bundle = wanted.copy();
    this.store = store;
  }

  /**
   * Writes what differs from the store and is not people's work.
   *
   * @return empty if somebody else created the report or the Task at the same time: try again
   */
  static Optional<Recorded> write(Bundle wanted, FhirStore store) {
    return new Reconciliation(wanted, store).write();
  }

  private Optional<Recorded> write() {
    Optional<BundleEntryComponent> reportEntry = entry(DiagnosticReport.class);
    BundleEntryComponent taskEntry =
        entry(Task.class)
            .orElseThrow(() -> new IllegalArgumentException("the bundle must have a Task"));

    List<Resource> currentReport = reportEntry.map(this::find).orElse(List.of());
    Optional<Task> currentTask = first(find(taskEntry), Task.class);
    Optional<DiagnosticReport> report = first(currentReport, DiagnosticReport.class);
    if (report.isPresent() && currentTask.isPresent() && taken(report.get())) {
      return Optional.of(
          new Recorded(report.map(Reconciliation::address), address(currentTask.get())));
    }

    report.ifPresentOrElse(
        current -> replace(reportEntry.orElseThrow(), current),
        () -> reportEntry.ifPresent(this::create));
    currentReport.stream()
        .filter(Observation.class::isInstance)
        .map(Observation.class::cast)
        .forEach(
            result ->
                reconcile(result, (DiagnosticReport) reportEntry.orElseThrow().getResource()));
    if (currentTask.isEmpty()) {
      create(taskEntry);
    } else if (stays(currentTask.get(), (Task) taskEntry.getResource())) {
      keep(taskEntry, currentTask.get());
    } else {
      replace(taskEntry, currentTask.get());
    }
    return transact(reportEntry, taskEntry, currentTask);
  }

  private Optional<Recorded> transact(
      Optional<BundleEntryComponent> reportEntry,
      BundleEntryComponent taskEntry,
      Optional<Task> currentTask) {
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
            : address(currentTask.orElseThrow());
    return Optional.of(new Recorded(reportEntry.map(entry -> address(response, entry)), task));
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
      report.addResult(new Reference(address(current)));
    } else if (successor.isEmpty()) {
      withdraw(current);
    }
  }

  /** The new analysis does not confirm it. */
  private void withdraw(Observation observation) {
    observation.setStatus(ObservationStatus.ENTEREDINERROR);
    observation.setText(
        Narratives.of("Withdrawn: a later analysis by the same models does not confirm it."));
    replace(bundle.addEntry().setResource(observation), observation);
  }

  private static boolean taken(DiagnosticReport report) {
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

  private void replace(BundleEntryComponent entry, Resource current) {
    entry
        .getRequest()
        .setMethod(HTTPVerb.PUT)
        .setUrl(address(current))
        .setIfMatch("W/\"" + current.getIdElement().getVersionIdPart() + "\"");
    entry.getResource().setId(current.getIdElement().toUnqualifiedVersionless());
  }

  /** Leaves the current resource as it is; whatever refers to the entry refers to it. */
  private void keep(BundleEntryComponent entry, Resource current) {
    bundle.getEntry().remove(entry);
    for (BundleEntryComponent other : bundle.getEntry()) {
      FhirContext.forR4Cached()
          .newTerser()
          .getAllPopulatedChildElementsOfType(other.getResource(), Reference.class)
          .stream()
          .filter(reference -> entry.getFullUrl().equals(reference.getReference()))
          .forEach(reference -> reference.setReference(address(current)));
    }
  }

  private List<Resource> find(BundleEntryComponent entry) {
    Identifier key = key(entry.getResource());
    return store.find(entry.getResource().fhirType(), key.getSystem(), key.getValue());
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

  private static String address(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }
}
