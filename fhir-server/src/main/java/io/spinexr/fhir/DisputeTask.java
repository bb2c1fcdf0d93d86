package io.spinexr.fhir;

import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** A study's Task to find out whose images these are: one, opened as often as it takes. */
record DisputeTask(FhirStore store, String key) {
  private static final Set<TaskStatus> CLOSED =
      EnumSet.of(
          TaskStatus.COMPLETED,
          TaskStatus.CANCELLED,
          TaskStatus.REJECTED,
          TaskStatus.FAILED,
          TaskStatus.ENTEREDINERROR);

  static DisputeTask of(FhirStore store, String studyUid) {
    return new DisputeTask(store, studyUid + Codes.DISPUTE);
  }

  /**
   * Creates the Task, or opens it again.
   *
   * @return empty if somebody else created it at the same time: try again
   */
  Optional<String> open(IdentityDispute dispute) {
    Optional<Task> current = find();
    Task wanted = task(dispute);
    Transaction transaction = new Transaction();
    if (current.isEmpty()) {
      transaction.createIfAbsent(wanted, Codes.TASK_IDENTIFIER, key);
      store.transaction(transaction.bundle());
      return find().map(Transaction::address);
    }
    if (CLOSED.contains(current.get().getStatus()) && !outdated(dispute, current.get())) {
      current.get().getNote().forEach(wanted.getNote()::add);
      wanted.setId(current.get().getIdElement());
      transaction.replace(wanted);
      store.transaction(transaction.bundle());
    }
    return current.map(Transaction::address);
  }

  /** The same dispute may come once more after it was resolved; seconds are all that FHIR keeps. */
  private static boolean outdated(IdentityDispute dispute, Task closed) {
    return closed.hasLastModified() && dispute.at().isBefore(closed.getLastModified().toInstant());
  }

  /**
   * Completes the Task if it is open.
   *
   * @return its address, if there is one
   */
  Optional<String> close(String outcome, String who, Instant at) {
    Optional<Task> open = find();
    open.filter(task -> !CLOSED.contains(task.getStatus()))
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
    return store.search(Transaction.byIdentifier("Task", Codes.TASK_IDENTIFIER, key)).stream()
        .filter(Task.class::isInstance)
        .map(Task.class::cast)
        .findFirst();
  }

  private Task task(IdentityDispute dispute) {
    Identifier study =
        new Identifier()
            .setSystem(Codes.DICOM_UID)
            .setValue(ImagingStudyResource.urn(dispute.studyUid()));
    Task task =
        new Task()
            .setStatus(TaskStatus.REQUESTED)
            .setBusinessStatus(WorklistCode.IDENTITY_DISPUTED.concept())
            .setIntent(TaskIntent.ORDER)
            .setPriority(TaskPriority.URGENT)
            .setCode(WorklistCode.IDENTITY_DISPUTED.concept())
            .setFocus(new Reference().setType("ImagingStudy").setIdentifier(study))
            .setFor(PatientResource.named(dispute.patient()))
            .setAuthoredOn(Date.from(dispute.at()))
            .setLastModified(Date.from(dispute.at()));
    task.addIdentifier().setSystem(Codes.TASK_IDENTIFIER).setValue(key);
    TaskResource.describe(task, "Check whose images these are: " + dispute.reason() + ".");
    note(task, dispute.reason(), dispute.who(), dispute.at());
    return task;
  }

  private static void note(Task task, String text, String who, Instant at) {
    task.addNote()
        .setAuthor(new StringType(who))
        .setTime(Date.from(at))
        .setText(Narratives.markdown(text));
  }
}
