package io.spinexr.analysis;

import io.spinexr.archive.StatedIdentity;
import io.spinexr.finding.StudyFindings;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;

/**
 * What became of a study under one model set.
 *
 * @param orderKey the order whose patient the images must agree with
 * @param patient hash of the identifier by which images and order were matched
 * @param radiographs how many were known when the analysis was last asked for
 * @param request counts up whenever the analysis is asked for
 * @param attempts since it was last asked for
 * @param reason why the last attempt failed; empty if it did not
 * @param priority in which it should be read: the more urgent of what the orders and the findings
 *     ask for
 * @param triage what the findings ask for; empty before the first result
 * @param description of the study, from the archive; may be empty
 * @param stated whom the study and its images show, as they stated it at the last analysis
 * @param findings of the last finished analysis; kept while a new one runs
 * @param report address of the DiagnosticReport on our FHIR server, e.g. {@code
 *     DiagnosticReport/17}
 */
public record StudyAnalysis(
    String studyUid,
    String modelSet,
    String orderKey,
    String patient,
    int radiographs,
    int request,
    int attempts,
    StudyState state,
    Optional<String> reason,
    ReadingPriority priority,
    Optional<ReadingPriority> triage,
    Optional<LocalDate> studyDate,
    String description,
    SpineRegion region,
    Set<StatedIdentity> stated,
    Instant requestedAt,
    Optional<Instant> analysedAt,
    Optional<Instant> failedAt,
    Optional<StudyFindings> findings,
    Optional<String> report,
    Reception reception) {
  /** The findings of the last finished analysis, if there are any that may be shown. */
  public Optional<StudyFindings> shown() {
    return state == StudyState.NOT_MATCHED || !reception.visible() ? Optional.empty() : findings;
  }

  /**
   * The last finished result, if there is one and it may be shown.
   *
   * @param orders keys of the orders that its images were made for, as far as it matters
   */
  Optional<StudyResult> result(Set<String> orders) {
    return shown()
        .map(
            found ->
                new StudyResult(
                    found,
                    triage.orElseThrow(),
                    analysedAt.orElseThrow(),
                    studyDate,
                    description,
                    region,
                    new Standing(orders, reception.finalised(), report, reception.readingOpen())));
  }
}
