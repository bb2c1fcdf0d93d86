package io.spinexr.state;

import io.spinexr.finding.StudyFindings;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;

/**
 * A finished analysis of one study.
 *
 * @param description of the study, from the archive; may be empty
 */
public record StudyResult(
    StudyFindings findings,
    ReadingPriority priority,
    Instant analysedAt,
    Optional<LocalDate> studyDate,
    String description,
    SpineRegion region,
    Standing standing) {
  public StudyResult {
    Objects.requireNonNull(findings, "findings");
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(analysedAt, "analysedAt");
    Objects.requireNonNull(studyDate, "studyDate");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(standing, "standing");
  }
}
