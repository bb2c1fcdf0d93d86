package io.spinexr.fhir.worklist;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.code.WorklistCode;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.fhir.study.PatientResource;
import io.spinexr.result.StudyDoubt;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * A study's Task that asks people something: one for each question, opened as often as it takes.
 */
public record StudyTask(FhirStore store, String key, Question question) {
  /** What people are asked. */
  public enum Question {
    WHOSE_IMAGES(
        Codes.DISPUTE,
        WorklistCode.IDENTITY_DISPUTED,
        TaskPriority.URGENT,
        "Check whose images these are"),
    STILL_THERE(
        Codes.MISSING,
        WorklistCode.STUDY_MISSING,
        TaskPriority.ROUTINE,
        "Check whether the study still exists");

    private final String key;
    private final WorklistCode code;
    private final TaskPriority priority;
    private final String request;

    Question(String key, WorklistCode code, TaskPriority priority, String request) {
      this.key = key;
      this.code = code;
      this.priority = priority;
      this.request = request;
    }
  }

  public static StudyTask of(FhirStore store, String studyUid, Question question) {
    return new StudyTask(store, studyUid + question.key, question);
  }

  /**
   * Creates the Task, or opens it again.
   *
   * @return empty if somebody else created it at the same time: try again
   */
  public Optional<String> open(StudyDoubt doubt) {
    Optional<Task> current = find();
    Task wanted = task(doubt);
    Transaction transaction = new Transaction();
    if (current.isEmpty()) {
      transaction.createIfAbsent(wanted, Codes.TASK_IDENTIFIER, key);
      store.transaction(transaction.bundle());
      return find().map(Transaction::address);
    }
    if (closed(current.get()) && !outdated(doubt, current.get())) {
      transaction.replace(reopened(current.get(), wanted));
      store.transaction(transaction.bundle());
    }
    return current.map(Transaction::address);
  }

  /** What others set in it stays. */
  private static Task reopened(Task closed, Task wanted) {
    closed
        .setStatus(wanted.getStatus())
        .setStatusReason(null)
        .setBusinessStatus(wanted.getBusinessStatus())
        .setFor(wanted.getFor())
        .setAuthoredOn(wanted.getAuthoredOn())
        .setLastModified(wanted.getLastModified())
        .setDescription(wanted.getDescription())
        .setText(wanted.getText());
    wanted.getNote().forEach(closed::addNote);
    return closed;
  }

  /** The same doubt may come once more after it was resolved; seconds are all that FHIR keeps. */
  private static boolean outdated(StudyDoubt doubt, Task closed) {
    return closed.hasLastModified() && doubt.at().isBefore(closed.getLastModified().toInstant());
  }

  /**
   * Completes the Task if it is open.
   *
   * @return its address, if there is one
   */
  public Optional<String> close(String outcome, String who, Instant at) {
    Optional<Task> open = find();
    open.filter(task -> !closed(task))
        .ifPresent(
            task -> {
              task.setStatus(TaskStatus.COMPLETED)
                  .setStatusReason(new CodeableConcept().setText(outcome))
                  .setLastModified(Date.from(at));
              note(task, outcome, who, at);
              Transaction transaction = new Transaction();
              transaction.replace(task);
              store.transaction(transaction.bundle());
            });
    return open.map(Transaction::address);
  }

  private Optional<Task> find() {
    return TaskResource.find(store, key);
  }

  private static boolean closed(Task task) {
    return TaskEnd.reached(task) || task.getStatus() == TaskStatus.FAILED;
  }

  private Task task(StudyDoubt doubt) {
    Identifier study =
        new Identifier()
            .setSystem(Codes.DICOM_UID)
            .setValue(ImagingStudyResource.urn(doubt.studyUid()));
    Task task =
        new Task()
            .setStatus(TaskStatus.REQUESTED)
            .setBusinessStatus(question.code.concept())
            .setIntent(TaskIntent.ORDER)
            .setPriority(question.priority)
            .setCode(question.code.concept())
            .setFocus(new Reference().setType("ImagingStudy").setIdentifier(study))
            .setFor(PatientResource.named(doubt.patient()))
            .setAuthoredOn(Date.from(doubt.at()))
            .setLastModified(Date.from(doubt.at()));
    task.addIdentifier().setSystem(Codes.TASK_IDENTIFIER).setValue(key);
    ReadingOrder.set(task);
    TaskResource.describe(task, question.request + ": " + doubt.reason() + ".");
    note(task, doubt.reason(), doubt.who(), doubt.at());
    return task;
  }

  private static void note(Task task, String text, String who, Instant at) {
    task.addNote()
        .setAuthor(new StringType(who))
        .setTime(Date.from(at))
        .setText(Narratives.markdown(text));
  }
}
