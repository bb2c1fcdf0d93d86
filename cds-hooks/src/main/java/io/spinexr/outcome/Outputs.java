package io.spinexr.outcome;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import io.spinexr.job.Jobs;
import io.spinexr.output.ResultOutput;
import io.spinexr.output.ResultOutput.Purpose;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.state.OutputState;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.store.OutputStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Has results, and withdrawals, brought to every output, and tells how far that is. */
public final class Outputs {
  private final OutputStore store;
  private final List<ResultOutput> all;
  private final Predicate<String> withheld;
  private final Jobs jobs;

  /**
   * @param withheld whether nothing of a model set is shown because it is for research
   */
  public Outputs(OutputStore store, List<ResultOutput> all, Predicate<String> withheld, Jobs jobs) {
    this.store = store;
    this.all = List.copyOf(all);
    this.withheld = withheld;
    this.jobs = jobs;
  }

  /** One job for each study and model set: {@code <study UID>/<model set>}. */
  static TaskDescriptor<Void> descriptor(String output) {
    return TaskDescriptor.of("output " + output);
  }

  /** To be called inside the transaction that keeps the result. */
  public void write(StudyAnalysis analysis, AnalysedStudy result, Instant now) {
    store.keep(analysis.studyUid(), analysis.modelSet(), result);
    all.stream()
        .filter(output -> takesResults(output, analysis.modelSet()))
        .forEach(output -> ask(output.name(), analysis.studyUid(), analysis.modelSet(), now));
  }

  /**
   * To be called inside the transaction that withdraws: wherever the result may have come, outputs
   * that this node does not have any more among them.
   */
  void withdraw(String studyUid, String modelSet, Instant now) {
    store.forget(studyUid, modelSet);
    Set<String> outputs = reached(studyUid, modelSet);
    all.stream().map(ResultOutput::name).forEach(outputs::add);
    outputs.forEach(output -> ask(output, studyUid, modelSet, now));
  }

  /**
   * To be called inside the transaction in which our own record turns out not to take a result:
   * nobody else keeps it either.
   */
  void takeBack(String studyUid, String modelSet, Instant now) {
    store.forget(studyUid, modelSet);
    Set<String> outputs = reached(studyUid, modelSet);
    all.stream()
        .filter(output -> output.purpose() == Purpose.RECORD)
        .map(ResultOutput::name)
        .forEach(outputs::remove);
    outputs.forEach(output -> ask(output, studyUid, modelSet, now));
  }

  /** Where something has come, or may be on its way to. */
  private Set<String> reached(String studyUid, String modelSet) {
    return store.of(studyUid, modelSet).stream()
        .filter(item -> item.touched() || item.state() == OutputState.WAITING)
        .map(OutputStore.Item::output)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Asks again whoever refused the withdrawal of a withdrawn result. To be called inside a
   * transaction.
   *
   * @return whether anybody did
   */
  boolean withdrawAgain(String studyUid, String modelSet, Instant now) {
    List<String> refused =
        store.of(studyUid, modelSet).stream()
            .filter(item -> item.state() == OutputState.REFUSED)
            .map(OutputStore.Item::output)
            .toList();
    refused.forEach(output -> ask(output, studyUid, modelSet, now));
    return !refused.isEmpty();
  }

  /** What outputs refused, the last first. */
  public List<OutputStore.Item> refused(int limit) {
    return store.refused(limit);
  }

  /** Asks an output once more. To be called inside a transaction. */
  public void again(OutputStore.Item item, Instant now) {
    ask(item.output(), item.studyUid(), item.modelSet(), now);
  }

  private void ask(String output, String studyUid, String modelSet, Instant now) {
    store.ask(studyUid, modelSet, output, now);
    Jobs.schedule(
        jobs.orders(), descriptor(output).instance(studyUid + "/" + modelSet).build(), now);
  }

  boolean takesResults(ResultOutput output, String modelSet) {
    return output.purpose() == Purpose.RECORD || !withheld.test(modelSet);
  }

  /**
   * Drops the results that wait for outputs that this node does not have. To be called inside a
   * transaction.
   */
  public void dropOthers(Instant now) {
    store.dropOthers(all.stream().map(ResultOutput::name).toList(), now);
  }

  /**
   * One output, over all results.
   *
   * @param waiting results and withdrawals that are to be brought there
   * @param refused those that it does not take
   * @param reason why the last of them failed or was refused; empty if none did
   */
  public record Summary(String title, long waiting, long refused, Optional<String> reason) {}

  /** How many results and withdrawals are still to be brought anywhere. */
  public long waiting() {
    return store.count(OutputState.WAITING).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Every output. */
  public List<Summary> summaries() {
    Map<String, Long> waiting = store.count(OutputState.WAITING);
    Map<String, Long> refused = store.count(OutputState.REFUSED);
    return all.stream()
        .map(
            output ->
                new Summary(
                    output.title(),
                    waiting.getOrDefault(output.name(), 0L),
                    refused.getOrDefault(output.name(), 0L),
                    store
                        .lastReason(output.name(), OutputState.WAITING)
                        .or(() -> store.lastReason(output.name(), OutputState.REFUSED))))
        .toList();
  }

  /**
   * A study's result at one output.
   *
   * @param reason why it still waits, or was refused
   */
  public record Standing(String title, OutputState state, Optional<String> reason) {}

  /** Where a result is; outputs that it does not go to, or not any more, are absent. */
  public List<Standing> of(String studyUid, String modelSet) {
    List<OutputStore.Item> items = store.of(studyUid, modelSet);
    return all.stream()
        .flatMap(
            output ->
                items.stream()
                    .filter(item -> item.output().equals(output.name()))
                    .filter(item -> item.state() != OutputState.DROPPED)
                    .map(item -> new Standing(output.title(), item.state(), item.reason())))
        .toList();
  }
}
