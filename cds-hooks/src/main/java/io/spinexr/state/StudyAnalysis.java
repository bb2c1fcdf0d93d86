package io.spinexr.state;

import io.spinexr.archive.patient.StatedIdentity;
import io.spinexr.finding.StudyFindings;
import io.spinexr.radiograph.Provenance;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;

/**
 * What became of a study under one model set.
 *
 * @param priority in which it should be read: the more urgent of what the orders and the findings
 *     ask for
 */
public record StudyAnalysis(
    String studyUid,
    String modelSet,
    Asked asked,
    Progress progress,
    ReadingPriority priority,
    About about,
    Outcome outcome,
    Reception reception) {
  /**
   * What the analysis was last asked for with.
   *
   * @param orderKey the order whose patient the images must agree with
   * @param patient hash of the identifier by which images and order were matched
   * @param radiographs how many were known
   * @param request counts up whenever the analysis is asked for
   */
  public record Asked(
      String orderKey, String patient, int radiographs, int request, Instant requestedAt) {}

  /**
   * How far the analysis is.
   *
   * @param attempts since it was last asked for
   * @param reason why the last attempt failed; empty if it did not
   */
  public record Progress(
      StudyState state, int attempts, Optional<String> reason, Optional<Instant> failedAt) {}

  /**
   * What the archive tells of the study.
   *
   * @param description may be empty
   * @param stated whom the study and its images show, as they stated it at the last analysis
   */
  public record About(
      Optional<LocalDate> studyDate,
      String description,
      SpineRegion region,
      Set<StatedIdentity> stated) {}

  /**
   * The last finished analysis; kept while a new one runs.
   *
   * @param triage what the findings ask for; empty before the first result
   * @param report address of the DiagnosticReport on our FHIR server, e.g. {@code
   *     DiagnosticReport/17}; empty until the first is written
   * @param provenance of the findings; empty where the version before analysed
   */
  public record Outcome(
      Optional<StudyFindings> findings,
      Optional<ReadingPriority> triage,
      Optional<Instant> analysedAt,
      Optional<String> report,
      Optional<Provenance> provenance) {}

  public String orderKey() {
    return asked.orderKey();
  }

  public String patient() {
    return asked.patient();
  }

  public int radiographs() {
    return asked.radiographs();
  }

  public int request() {
    return asked.request();
  }

  public Instant requestedAt() {
    return asked.requestedAt();
  }

  public StudyState state() {
    return progress.state();
  }

  public int attempts() {
    return progress.attempts();
  }

  public Optional<String> reason() {
    return progress.reason();
  }

  public Optional<Instant> failedAt() {
    return progress.failedAt();
  }

  public Optional<LocalDate> studyDate() {
    return about.studyDate();
  }

  public String description() {
    return about.description();
  }

  public SpineRegion region() {
    return about.region();
  }

  public Set<StatedIdentity> stated() {
    return about.stated();
  }

  public Optional<StudyFindings> findings() {
    return outcome.findings();
  }

  public Optional<ReadingPriority> triage() {
    return outcome.triage();
  }

  public Optional<Instant> analysedAt() {
    return outcome.analysedAt();
  }

  public Optional<String> report() {
    return outcome.report();
  }

  public Optional<Provenance> provenance() {
    return outcome.provenance();
  }

  /** The findings of the last finished analysis, if there are any that may be shown. */
  public Optional<StudyFindings> shown() {
    return state() == StudyState.NOT_MATCHED || !reception.visible()
        ? Optional.empty()
        : findings();
  }

  /**
   * The last finished result, if there is one and it may be shown.
   *
   * @param orders keys of the orders that its images were made for, as far as it matters
   */
  public Optional<StudyResult> result(Set<String> orders) {
    return shown()
        .map(
            found ->
                new StudyResult(
                    found,
                    triage().orElseThrow(),
                    analysedAt().orElseThrow(),
                    studyDate(),
                    description(),
                    region(),
                    new Standing(orders, reception.finalised(), reception.readingOpen())));
  }
}
