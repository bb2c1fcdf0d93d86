package io.spinexr.fhir.worklist;

import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.code.WorklistCode;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.Urgency;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** One item of the reading worklist -> Task. */
public final class TaskResource {
  private TaskResource() {}

  /** To be read, with the AI's report at hand. */
  public static Task reading(
      AnalysedStudy study,
      Reference patient,
      Reference imagingStudy,
      Reference device,
      List<Reference> orders,
      Reference report) {
    Task task = task(patient, imagingStudy, device, orders, study.urgency(), study.analysedAt());
    WorklistInput.record(task, study.findings().verdict());
    ReadingOrder.set(task);
    task.setStatus(TaskStatus.REQUESTED);
    task.setBusinessStatus(WorklistCode.AWAITING_READING.concept());
    describe(
        task,
        "Read the radiographs of the %s.%s"
            .formatted(study.study().region().display(), silence(study.findings())));
    task.addOutput().setType(WorklistCode.AI_REPORT.concept()).setValue(report.copy());
    return task;
  }

  /** Why the AI says nothing of any image; nothing if it does. */
  private static String silence(StudyFindings findings) {
    if (!findings.images().isEmpty()) {
      return "";
    }
    return findings.rejected().stream()
        .map(RejectedImage::sentence)
        .distinct()
        .collect(Collectors.joining("; ", " Without the AI, because images are ", "."));
  }

  /** To be read without the AI, or to be cleared up: the analysis was given up. */
  static Task failed(
      FailedAnalysis failure,
      Reference patient,
      Reference focus,
      Reference device,
      List<Reference> orders) {
    Task task = task(patient, focus, device, orders, failure.urgency(), failure.failedAt());
    ReadingOrder.set(task);
    task.setStatus(TaskStatus.FAILED);
    task.setStatusReason(new CodeableConcept().setText(failure.reason()));
    task.setBusinessStatus(status(failure.kind()).concept());
    describe(task, "The AI has no result: " + failure.reason() + ".");
    return task;
  }

  private static WorklistCode status(FailedAnalysis.Kind kind) {
    return switch (kind) {
      case IMAGES_NEVER_CAME -> WorklistCode.IMAGES_NEVER_CAME;
      case ANALYSIS_FAILED -> WorklistCode.ANALYSIS_FAILED;
    };
  }

  /** Whether the AI's result that the Task was for is withdrawn. */
  public static boolean withdrawn(Task task) {
    return task.getBusinessStatus()
        .hasCoding(Codes.WORKLIST, WorklistCode.AI_RESULT_WITHDRAWN.code());
  }

  static void describe(Task task, String description) {
    task.setDescription(description).setText(Narratives.of(description));
  }

  private static Task task(
      Reference patient,
      Reference focus,
      Reference device,
      List<Reference> orders,
      Urgency urgency,
      Instant time) {
    Task task =
        new Task()
            .setIntent(TaskIntent.ORDER)
            .setPriority(fhir(urgency.priority()))
            .setCode(WorklistCode.READ_RADIOGRAPH.concept())
            .setFocus(focus.copy())
            .setFor(patient.copy())
            .setRequester(device.copy())
            .setAuthoredOn(Date.from(time))
            .setLastModified(Date.from(time));
    ArtificialIntelligenceLabel.mark(task);
    orders.forEach(order -> task.addBasedOn(order.copy()));
    orders.stream()
        .map(Reference::getIdentifier)
        .filter(Identifier::hasType)
        .findFirst()
        .ifPresent(accession -> task.setGroupIdentifier(accession.copy()));
    WorklistInput.record(task, urgency);
    return task;
  }

  /**
   * The Task with a key.
   *
   * @param key of {@link Codes#TASK_IDENTIFIER}
   */
  static Optional<Task> find(FhirStore store, String key) {
    return store.search(Transaction.byIdentifier("Task", Codes.TASK_IDENTIFIER, key)).stream()
        .filter(Task.class::isInstance)
        .map(Task.class::cast)
        .findFirst();
  }

  /** Routine if it has none, as FHIR defines. */
  static ReadingPriority priority(Task task) {
    return task.hasPriority()
        ? ReadingPriority.valueOf(task.getPriority().name())
        : ReadingPriority.ROUTINE;
  }

  static TaskPriority fhir(ReadingPriority priority) {
    return TaskPriority.valueOf(priority.name());
  }
}
