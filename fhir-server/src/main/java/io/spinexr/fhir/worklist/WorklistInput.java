package io.spinexr.fhir.worklist;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.WorklistCode;
import io.spinexr.finding.Verdict;
import io.spinexr.result.Urgency;
import io.spinexr.triage.ReadingPriority;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.ParameterComponent;
import org.hl7.fhir.r4.model.Type;

/**
 * What a Task records of the reasons why it is where it is on the worklist. So what other people
 * changed can be told without the server's history.
 */
public final class WorklistInput {
  /** What the AI says. */
  private static final Set<WorklistCode> FINDINGS =
      EnumSet.of(WorklistCode.VERDICT, WorklistCode.TRIAGE_PRIORITY);

  private WorklistInput() {}

  static void record(Task task, Urgency urgency) {
    urgency.triage().ifPresent(code -> add(task, WorklistCode.TRIAGE_PRIORITY, code.code()));
    urgency.ordered().ifPresent(code -> add(task, WorklistCode.ORDERED_PRIORITY, code.code()));
  }

  static void record(Task task, Verdict verdict) {
    add(task, WorklistCode.VERDICT, verdict.code());
  }

  private static void add(Task task, WorklistCode type, String code) {
    add(task, type, new CodeType(code));
  }

  static void add(Task task, WorklistCode type, Type value) {
    task.addInput().setType(type.concept()).setValue(value);
  }

  /** Empty for a Task of a version that did not record it, or one that is not ours. */
  static Optional<Urgency> urgency(Task task) {
    Urgency urgency =
        new Urgency(
            priority(task, WorklistCode.TRIAGE_PRIORITY),
            priority(task, WorklistCode.ORDERED_PRIORITY));
    boolean recorded = urgency.triage().isPresent() || urgency.ordered().isPresent();
    return recorded ? Optional.of(urgency) : Optional.empty();
  }

  private static Optional<ReadingPriority> priority(Task task, WorklistCode type) {
    return value(task, type, ReadingPriority.values(), ReadingPriority::code);
  }

  static Optional<Verdict> verdict(Task task) {
    return value(task, WorklistCode.VERDICT, Verdict.values(), Verdict::code);
  }

  private static <T> Optional<T> value(
      Task task, WorklistCode type, T[] values, Function<T, String> code) {
    return task.getInput().stream()
        .filter(input -> is(input.getType(), type))
        .map(ParameterComponent::getValue)
        .filter(CodeType.class::isInstance)
        .map(input -> ((CodeType) input).getValue())
        .flatMap(text -> Arrays.stream(values).filter(value -> code.apply(value).equals(text)))
        .findFirst();
  }

  /** Forgets what the AI said. */
  public static void withdraw(Task task) {
    task.getInput()
        .removeIf(input -> FINDINGS.stream().anyMatch(type -> is(input.getType(), type)));
  }

  /** Whether an input or output is of our making. */
  public static boolean ours(CodeableConcept type) {
    return type.getCoding().stream().anyMatch(coding -> Codes.WORKLIST.equals(coding.getSystem()));
  }

  private static boolean is(CodeableConcept type, WorklistCode code) {
    return type.hasCoding(Codes.WORKLIST, code.code());
  }
}
