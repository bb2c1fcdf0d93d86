package io.spinexr.fhir.worklist;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.OwnMark;
import io.spinexr.fhir.code.WorklistCode;
import io.spinexr.fhir.study.OrderedBy;
import io.spinexr.result.Urgency;
import io.spinexr.triage.ReadingPriority;
import java.util.Optional;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskOutputComponent;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * A reading Task that is there and what a newer analysis wants of it. What is ours follows the
 * analysis; what a RIS or a person set stays.
 */
public record TaskMerge(Task current, Task wanted) {
  /** Empty if the Task is to stay as it is: it is closed, or would lose a report to a failure. */
  public Optional<Task> merged() {
    boolean failure = wanted.getStatus() == TaskStatus.FAILED;
    boolean closed = TaskEnd.reached(current) && !FailureTask.closed(current);
    if (closed || (failure && hasReport(current))) {
      return Optional.empty();
    }
    Task merged = current.copy();
    status(merged);
    if (!merged.hasBusinessStatus() || WorklistInput.ours(merged.getBusinessStatus())) {
      merged.setBusinessStatus(wanted.getBusinessStatus());
    }
    merged.setPriority(TaskResource.fhir(priority()));
    merged.setBasedOn(OrderedBy.merged(current.getBasedOn(), wanted.getBasedOn()));
    if (wanted.hasGroupIdentifier() && groupIsOurs()) {
      merged.setGroupIdentifier(wanted.getGroupIdentifier());
    }
    merged.setDescription(wanted.getDescription()).setText(wanted.getText());
    merged.setFocus(wanted.getFocus()).setFor(wanted.getFor());
    if (!merged.hasRequester() || device(merged.getRequester())) {
      merged.setRequester(wanted.getRequester());
    }
    merged.setLastModified(wanted.getLastModified());
    merged.getInput().removeIf(input -> WorklistInput.ours(input.getType()));
    wanted.getInput().forEach(merged.getInput()::add);
    merged.getOutput().removeIf(output -> WorklistInput.ours(output.getType()));
    wanted.getOutput().forEach(merged.getOutput()::add);
    ReadingOrder.set(merged);
    return Optional.of(merged);
  }

  private static boolean hasReport(Task task) {
    return task.getOutput().stream()
        .map(TaskOutputComponent::getType)
        .anyMatch(type -> type.hasCoding(Codes.WORKLIST, WorklistCode.AI_REPORT.code()));
  }

  private boolean groupIsOurs() {
    Identifier known = current.getGroupIdentifier();
    return known.isEmpty()
        || OwnMark.is(known)
        || OrderedBy.restates(wanted.getGroupIdentifier(), known);
  }

  /**
   * Ours, unless somebody has claimed the Task or moved it on. What has failed is over for its
   * owner, too, as soon as there is something to read.
   */
  private void status(Task merged) {
    boolean failed = current.getStatus() == TaskStatus.FAILED || FailureTask.closed(current);
    boolean asks = current.getStatus() == TaskStatus.REQUESTED && !current.hasOwner();
    if (!failed && !asks) {
      return;
    }
    merged.setStatus(wanted.getStatus());
    if (wanted.hasStatusReason() || failed) {
      merged.setStatusReason(wanted.getStatusReason());
    }
  }

  private ReadingPriority priority() {
    ReadingPriority now = TaskResource.priority(current);
    ReadingPriority asked = TaskResource.priority(wanted);
    Optional<Urgency> before = WorklistInput.urgency(current);
    if (before.isEmpty()) {
      return now.outranks(asked) ? now : asked;
    }
    if (now == before.get().priority()) {
      return asked;
    }
    // Somebody chose another one; only a clinician's newer word is stronger.
    return WorklistInput.urgency(wanted)
        .flatMap(Urgency::ordered)
        .filter(ordered -> ordered.outranks(before.get().ordered().orElse(ReadingPriority.ROUTINE)))
        .filter(ordered -> ordered.outranks(now))
        .orElse(now);
  }

  private static boolean device(Reference requester) {
    return "Device".equals(requester.getType())
        || "Device".equals(requester.getReferenceElement().getResourceType());
  }
}
