package io.spinexr.fhir.guard;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.worklist.TaskEnd;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * There is no way back from the end of one of our Tasks: what was read is read. We ourselves ask
 * again with one that has failed, and with one that we had cancelled because nothing was left to
 * do.
 */
public record ClosedTasks() implements WriteRule {
  /** A person may do what the AI has failed at; but asking for it is ours. */
  private static final Set<TaskStatus> ASKS = EnumSet.of(TaskStatus.DRAFT, TaskStatus.REQUESTED);

  @Override
  public void check(Optional<Resource> before, Resource after) {
    before
        .filter(Task.class::isInstance)
        .map(Task.class::cast)
        .filter(ClosedTasks::ours)
        .ifPresent(task -> check(task, ((Task) after).getStatus()));
  }

  private static void check(Task task, TaskStatus after) {
    TaskStatus before = task.getStatus();
    boolean reopened = TaskEnd.reached(task) && after != TaskStatus.ENTEREDINERROR;
    boolean askedAgain = before == TaskStatus.FAILED && ASKS.contains(after);
    if (after != before && (reopened || askedAgain)) {
      throw new UnprocessableEntityException(
          "Task.status: a Task that is %s cannot be reopened; create another Task"
              .formatted(before.toCode()));
    }
  }

  private static boolean ours(Task task) {
    return task.getIdentifier().stream()
        .anyMatch(identifier -> Codes.TASK_IDENTIFIER.equals(identifier.getSystem()));
  }
}
