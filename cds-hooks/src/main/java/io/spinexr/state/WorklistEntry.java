package io.spinexr.state;

import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.StudyFindings;
import io.spinexr.finding.Verdict;
import io.spinexr.triage.ReadingPriority;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What the worklist shows of a study under one model set.
 *
 * @param reason why the last attempt failed; empty if it did not
 * @param priority in which it should be read
 * @param description of the study, from the archive; may be empty
 * @param said at the last finished analysis, whether or not it may be shown
 */
public record WorklistEntry(
    String studyUid,
    StudyState state,
    Optional<String> reason,
    ReadingPriority priority,
    Optional<LocalDate> studyDate,
    String description,
    Reception reception,
    Optional<Said> said) {
  /**
   * What the AI says of the study.
   *
   * @param probability that the study is abnormal, in [0,1]; 0 when no image was analysed
   * @param types of the reported findings, each once, that with the highest score first
   */
  public record Said(Verdict verdict, double probability, List<LesionType> types) {
    public static Said of(StudyFindings study) {
      return new Said(
          study.verdict(),
          study.probability(),
          study.findings().stream()
              .filter(Finding::reported)
              .map(Finding::type)
              .distinct()
              .toList());
    }

    /** Whether any image was analysed. */
    public boolean analysed() {
      return verdict != Verdict.NOT_ANALYSABLE && verdict != Verdict.OUT_OF_SCOPE;
    }
  }

  /** What the AI says, if it says anything that may be shown. */
  public Optional<Said> shown() {
    return state == StudyState.NOT_MATCHED || !reception.visible() ? Optional.empty() : said;
  }
}
