package io.spinexr.fhir.worklist;

import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.store.Transaction;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** The failed Task of an order whose images never came, of which nobody needs to know any more. */
public final class FailureTask {
  private static final String NOTHING_LEFT = "Nothing is left to do: ";

  private FailureTask() {}

  /** Whether we ourselves have cancelled it: the same may happen to its order again. */
  static boolean closed(Task task) {
    return task.getStatus() == TaskStatus.CANCELLED
        && !task.hasOwner()
        && description(task.getStatusReason().getText()).equals(task.getDescription());
  }

  private static String description(String reason) {
    return NOTHING_LEFT + reason + ".";
  }

  /**
   * Cancels it, unless somebody has taken it over.
   *
   * @return its address, if there is one
   */
  public static Optional<String> close(
      FhirStore store, String orderKey, String reason, Instant at) {
    Optional<Task> known = TaskResource.find(store, orderKey);
    known
        .filter(task -> task.getStatus() == TaskStatus.FAILED)
        .ifPresent(
            task -> {
              task.setStatus(TaskStatus.CANCELLED)
                  .setStatusReason(new CodeableConcept().setText(reason))
                  .setLastModified(Date.from(at));
              TaskResource.describe(task, description(reason));
              Transaction transaction = new Transaction();
              transaction.replace(task);
              store.transaction(transaction.bundle());
            });
    return known.map(Transaction::address);
  }
}
