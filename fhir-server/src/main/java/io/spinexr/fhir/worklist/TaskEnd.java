package io.spinexr.fhir.worklist;

import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * The end of a Task: nobody will look at it again. One that has failed still waits for somebody.
 */
public final class TaskEnd {
  private static final Set<TaskStatus> CLOSED =
      EnumSet.of(
          TaskStatus.COMPLETED,
          TaskStatus.CANCELLED,
          TaskStatus.REJECTED,
          TaskStatus.ENTEREDINERROR);

  private TaskEnd() {}

  public static boolean reached(Task task) {
    return CLOSED.contains(task.getStatus());
  }
}
