package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.Withdrawn;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.code.WorklistCode;
import io.spinexr.fhir.result.Conclusion;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.fhir.result.ProvenanceResource;
import io.spinexr.fhir.result.ReportResource;
import io.spinexr.fhir.store.CheckedStore;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.fhir.worklist.LateImages;
import io.spinexr.fhir.worklist.ReadingOrder;
import io.spinexr.fhir.worklist.TaskEnd;
import io.spinexr.fhir.worklist.TaskResource;
import io.spinexr.fhir.worklist.WorklistInput;
import io.spinexr.result.Withdrawal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * One attempt at a withdrawal. Nothing of what the AI said stays readable in what is withdrawn, for
 * clients that ignore a status; the server's history keeps it.
 */
final class WithdrawalAttempt {
  /** Nobody has begun to read. */
  private static final Set<TaskStatus> OPEN =
      EnumSet.of(
          TaskStatus.DRAFT,
          TaskStatus.REQUESTED,
          TaskStatus.RECEIVED,
          TaskStatus.ACCEPTED,
          TaskStatus.READY,
          TaskStatus.ONHOLD,
          TaskStatus.FAILED);

  private final Withdrawal withdrawal;
  private final String key;
  private final String text;
  private final Transaction transaction = new Transaction();
  private final List<Reference> changed = new ArrayList<>();

  private WithdrawalAttempt(Withdrawal withdrawal) {
    this.withdrawal = withdrawal;
    this.key = withdrawal.studyUid() + "/" + withdrawal.modelSetId();
    this.text = "Withdrawn: " + withdrawal.reason();
  }

  static Withdrawn run(Withdrawal withdrawal, CheckedStore store) {
    return new WithdrawalAttempt(withdrawal).run(store);
  }

  private Withdrawn run(CheckedStore store) {
    List<Resource> reported =
        store.search(
            Transaction.byIdentifier("DiagnosticReport", Codes.REPORT_IDENTIFIER, key)
                + ReportResource.WITH_RESULTS);
    // Observations of earlier analyses, too, which the report does not list any more, and Tasks
    // for images that came late.
    List<Resource> derived =
        store.search(
            ImagingStudyResource.withObservations(ImagingStudyResource.urn(withdrawal.studyUid()))
                + "&_revinclude=Task:focus");
    List<DiagnosticReport> reports = only(DiagnosticReport.class, reported.stream());
    List<Observation> observations =
        only(Observation.class, Stream.concat(reported.stream(), derived.stream()));
    List<Task> tasks =
        only(
            Task.class,
            Stream.concat(
                store.search(Transaction.byIdentifier("Task", Codes.TASK_IDENTIFIER, key)).stream(),
                derived.stream()
                    .filter(Task.class::isInstance)
                    .filter(found -> LateImages.withResult((Task) found, key))));

    List<Binary> pictures =
        store.own().isPresent()
            ? storedPictures(store, reports, observations)
            : linkedPictures(reports);
    reports.stream().filter(this::withdraw).forEach(this::change);
    pictures.forEach(this::change);
    observations.stream().filter(this::withdraw).forEach(this::change);
    tasks.stream().filter(this::withdraw).forEach(this::change);
    if (!changed.isEmpty()) {
      transaction.create(
          ProvenanceResource.of(
              "NULLIFY",
              "Withdrawal of an AI result",
              new Coding(Codes.HL7 + "v3-ActReason", "PATSFTY", "patient safety"),
              withdrawal.reason(),
              withdrawal.who(),
              withdrawal.at(),
              changed));
      store.transaction(transaction.bundle());
    }
    if (reports.stream().anyMatch(WithdrawalAttempt::aPersons)) {
      return Withdrawn.ALL_BUT_THE_REPORT;
    }
    boolean nothing =
        reports.isEmpty() && tasks.isEmpty() && observations.stream().noneMatch(this::ours);
    return nothing ? Withdrawn.NOTHING_THERE : Withdrawn.ALL;
  }

  /** Also those of a report that somebody deleted: what is observed on an image tells its id. */
  private List<Binary> storedPictures(
      FhirStore store, List<DiagnosticReport> reports, List<Observation> observations) {
    Set<String> ids =
        Stream.concat(
                observations.stream().flatMap(this::ourKeys).map(PictureResource::idOf),
                reports.stream().map(PictureResource::linked).flatMap(List::stream))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    reports.stream()
        .filter(WithdrawalAttempt::aPersons)
        .map(PictureResource::linked)
        .forEach(ids::removeAll);
    if (ids.isEmpty()) {
      return List.of();
    }
    return only(Binary.class, store.search("Binary?_id=" + String.join(",", ids)).stream()).stream()
        .filter(Binary::hasData)
        .map(picture -> picture.setData(null))
        .toList();
  }

  /** Another server may not let us search for them. */
  private static List<Binary> linkedPictures(List<DiagnosticReport> reports) {
    return reports.stream()
        .filter(report -> !done(report) && !aPersons(report))
        .map(PictureResource::emptied)
        .flatMap(List::stream)
        .toList();
  }

  private void change(Resource resource) {
    changed.add(transaction.replace(resource));
  }

  private boolean withdraw(DiagnosticReport report) {
    if (done(report) || aPersons(report)) {
      return false;
    }
    if (!withdrawn(report)) {
      report.setStatus(DiagnosticReportStatus.ENTEREDINERROR);
    }
    report.setConclusion(text).setText(Narratives.of(text));
    report.setConclusionCode(null).setPresentedForm(null);
    return true;
  }

  /** Somebody who has withdrawn it by hand may have said why. */
  private static boolean done(DiagnosticReport report) {
    return withdrawn(report) && !Conclusion.ours(report.getConclusion());
  }

  private static boolean aPersons(DiagnosticReport report) {
    return Reconciliation.taken(report) && !withdrawn(report);
  }

  static boolean withdrawn(DiagnosticReport report) {
    return report.getStatus() == DiagnosticReportStatus.ENTEREDINERROR
        || report.getStatus() == DiagnosticReportStatus.CANCELLED;
  }

  /** Also what a person struck out, or an earlier version left half. */
  private boolean withdraw(Observation observation) {
    return ours(observation)
        && !ReadersWord.confirms(observation)
        && WithdrawnObservation.make(observation, withdrawal.reason());
  }

  private boolean ours(Observation observation) {
    return ourKeys(observation).findAny().isPresent();
  }

  private Stream<String> ourKeys(Observation observation) {
    return observation.getIdentifier().stream()
        .filter(identifier -> Codes.OBSERVATION_IDENTIFIER.equals(identifier.getSystem()))
        .filter(Identifier::hasValue)
        .map(Identifier::getValue)
        .filter(key -> key.endsWith("/" + withdrawal.modelSetId()));
  }

  private boolean withdraw(Task task) {
    if (LateImages.withResult(task, key)) {
      // The images are there to be read, whatever the AI said of them.
      return !TaskEnd.reached(task) && LateImages.withdrawResult(task);
    }
    boolean cancelled = OPEN.contains(task.getStatus());
    boolean loses = cancelled || task.getStatus() == TaskStatus.INPROGRESS;
    if (!loses || (TaskResource.withdrawn(task) && !cancelled)) {
      return false;
    }
    if (cancelled) {
      task.setStatus(TaskStatus.CANCELLED)
          .setStatusReason(new CodeableConcept().setText(withdrawal.reason()));
    }
    task.setBusinessStatus(WorklistCode.AI_RESULT_WITHDRAWN.concept());
    task.getOutput().removeIf(output -> WorklistInput.ours(output.getType()));
    WorklistInput.withdraw(task);
    ReadingOrder.set(task);
    return true;
  }

  private static <T extends Resource> List<T> only(Class<T> type, Stream<Resource> resources) {
    Map<String, T> found = new LinkedHashMap<>();
    resources
        .filter(type::isInstance)
        .map(type::cast)
        .forEach(resource -> found.putIfAbsent(Transaction.address(resource), resource));
    return List.copyOf(found.values());
  }
}
