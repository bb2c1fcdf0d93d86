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

/** Has results, and withdrawals, brought to every output, and tells how far that is. */
public final class Outputs {
  private final OutputStore store;
  private final List<ResultOutput> all;
  private final boolean withheld;
  private final Jobs jobs;

  /**
   * @param withheld whether nothing of the active model set is shown because it is for research
   */
  public Outputs(OutputStore store, List<ResultOutput> all, boolean withheld, Jobs jobs) {
    this.store = store;
    this.all = List.copyOf(all);
    this.withheld = withheld;
    this.jobs = jobs;
  }

  /** One job for each study and model set: {@code <study UID>/<model set>}. */
  static TaskDescriptor<Void> descriptor(ResultOutput output) {
    return TaskDescriptor.of("output " + output.name());
  }

  /** To be called inside the transaction that keeps the result. */
  public void write(StudyAnalysis analysis, AnalysedStudy result, Instant now) {
    store.keep(analysis.studyUid(), analysis.modelSet(), result);
    all.stream()
        .filter(this::takesResults)
        .forEach(output -> ask(output, analysis.studyUid(), analysis.modelSet(), now));
  }

  /** To be called inside the transaction that withdraws: wherever the result may have come. */
  void withdraw(String studyUid, String modelSet, Instant now) {
    all.forEach(output -> ask(output, studyUid, modelSet, now));
  }

  private void ask(ResultOutput output, String studyUid, String modelSet, Instant now) {
    store.ask(studyUid, modelSet, output.name(), now);
    Jobs.schedule(
        jobs.orders(), descriptor(output).instance(studyUid + "/" + modelSet).build(), now);
  }

  boolean takesResults(ResultOutput output) {
    return output.purpose() == Purpose.RECORD || !withheld;
  }

  /** Drops what waits for outputs that this node does not have. */
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
