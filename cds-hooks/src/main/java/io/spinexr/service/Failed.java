package io.spinexr.service;

import io.spinexr.job.AnalysisRequests;
import io.spinexr.job.Work;
import io.spinexr.outcome.Outputs;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.OutputStore;
import io.spinexr.store.StudyStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was given up, for who looks after the server: without patients' data, and with a way to have
 * it done after all once its cause is gone.
 */
public final class Failed {
  /** So many are listed, or done again, at a time. */
  public static final int MOST = 1000;

  private final StudyStore studies;
  private final Outputs outputs;
  private final AnalysisRequests requests;
  private final Work work;

  Failed(StudyStore studies, Outputs outputs, AnalysisRequests requests, Work work) {
    this.studies = studies;
    this.outputs = outputs;
    this.requests = requests;
    this.work = work;
  }

  /**
   * An analysis that was given up.
   *
   * @param reason a clause without personal data
   */
  public record Analysis(String study, String reason, Optional<Instant> failedAt) {}

  /**
   * A result, or its withdrawal, that an output refused.
   *
   * @param reason what the output said
   */
  public record Delivery(String study, String modelSet, String output, String reason) {}

  /** Of the active model set, the last first. */
  public List<Analysis> analyses() {
    return given().stream()
        .map(
            failed ->
                new Analysis(failed.studyUid(), failed.reason().orElse(""), failed.failedAt()))
        .toList();
  }

  /** The last first. */
  public List<Delivery> deliveries() {
    return outputs.refused(MOST).stream()
        .map(
            item ->
                new Delivery(
                    item.studyUid(), item.modelSet(), item.output(), item.reason().orElse("")))
        .toList();
  }

  private List<StudyAnalysis> given() {
    return studies.failed(requests.modelSet(), MOST).stream()
        .flatMap(study -> requests.known(study).stream())
        .filter(known -> known.state() == StudyState.FAILED)
        .toList();
  }

  /**
   * Has it done again.
   *
   * @param study only what is about this one; empty for all that is listed
   * @return how much
   */
  public int retry(Optional<String> study) {
    Instant now = work.now();
    return work.call(
        () -> {
          List<StudyAnalysis> analyses =
              given().stream()
                  .filter(known -> study.map(known.studyUid()::equals).orElse(true))
                  .toList();
          analyses.forEach(known -> requests.refresh(known, known.priority(), now));
          long deliveries =
              outputs.refused(MOST).stream()
                  .filter(item -> study.map(item.studyUid()::equals).orElse(true))
                  .filter(item -> again(item, now))
                  .count();
          return analyses.size() + (int) deliveries;
        });
  }

  /** A withdrawal is asked for again; a result that was refused is not kept, so it is made anew. */
  private boolean again(OutputStore.Item item, Instant now) {
    StudyAnalysis known = studies.analysis(item.studyUid(), item.modelSet()).orElseThrow();
    if (known.state() == StudyState.WITHDRAWN) {
      outputs.again(item, now);
      return true;
    }
    boolean ours = item.modelSet().equals(requests.modelSet());
    if (ours && known.state() == StudyState.DONE) {
      requests.refresh(known, known.priority(), now);
    }
    return ours && known.state() == StudyState.DONE;
  }
}
