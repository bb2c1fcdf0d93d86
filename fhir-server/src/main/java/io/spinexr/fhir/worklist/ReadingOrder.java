package io.spinexr.fhir.worklist;

import io.spinexr.fhir.code.Codes;
import io.spinexr.finding.Verdict;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Task;

/**
 * A Task's place on the worklist as a number, because {@code Task.priority} sorts by the alphabet:
 * 10 times the place of its current priority (stat 1, asap 2, urgent 3, routine 4) plus the place
 * of the verdict that it records. Without a verdict it is where the AI says nothing.
 */
public final class ReadingOrder {
  /** The states of a Task that people still have to look at, as a search names them. */
  public static final String OPEN =
      "draft,requested,received,accepted,ready,in-progress,on-hold,failed";

  private ReadingOrder() {}

  /** Whether the Task is for the worklist, whoever made it. */
  public static boolean applies(Task task) {
    return WorklistInput.ours(task.getCode());
  }

  /**
   * Brings the Task's {@link Codes#READING_ORDER} to what the rest of it says.
   *
   * @return whether it changed
   */
  public static boolean set(Task task) {
    IntegerType order = new IntegerType(of(task));
    Extension current = task.getExtensionByUrl(Codes.READING_ORDER);
    if (current != null && order.equalsDeep(current.getValue())) {
      return false;
    }
    task.getExtension().removeIf(extension -> Codes.READING_ORDER.equals(extension.getUrl()));
    task.addExtension(Codes.READING_ORDER, order);
    return true;
  }

  private static int of(Task task) {
    Verdict verdict = WorklistInput.verdict(task).orElse(Verdict.NOT_ANALYSABLE);
    return 10 * (TaskResource.priority(task).ordinal() + 1) + verdict.place();
  }
}
