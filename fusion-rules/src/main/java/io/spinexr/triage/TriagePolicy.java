package io.spinexr.triage;

import static io.spinexr.triage.ReadingPriority.ASAP;
import static io.spinexr.triage.ReadingPriority.ROUTINE;
import static io.spinexr.triage.ReadingPriority.URGENT;

import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Findings to reading priority: the most urgent rule that any kept finding meets decides.
 *
 * @param rules in any order
 * @param abnormal priority of a study that is abnormal, by whichever network, though no rule is met
 * @param unreadable priority of a study of which an image could not be analysed: a person must look
 */
public record TriagePolicy(
    List<TriageRule> rules, ReadingPriority abnormal, ReadingPriority unreadable) {
  /**
   * The default, made for radiographs ordered without an alarm; a site overrides it by
   * configuration.
   *
   * <ul>
   *   <li>Vertebral collapse or fracture may be an unstable or malignant fracture with a threatened
   *       cord: asap from score 0.5, urgent from 0.3. It is never stat by default, because a score
   *       alone must not push aside a patient whom a clinician has called an emergency.
   *   <li>Spondylolisthesis may be unstable: urgent from 0.5.
   *   <li>Sclerotic lesions may be metastases: urgent from 0.5. So are "other lesions", because
   *       detectors that do not tell fractures and sclerotic lesions apart call them so.
   *   <li>Foraminal stenosis, disc space narrowing, osteophytes and implants are mostly chronic or
   *       known: routine.
   *   <li>An abnormal image without such a finding stays routine, read before normal ones of the
   *       same priority.
   *   <li>A study that could not be fully analysed is urgent: the AI has said nothing about it, and
   *       silence must not look like reassurance. An image outside the model set's scope asks for
   *       nothing: it was never the AI's to judge.
   * </ul>
   */
  public static final TriagePolicy DEFAULT =
      new TriagePolicy(
          List.of(
              new TriageRule(LesionType.VERTEBRAL_COLLAPSE, 0.5, ASAP),
              new TriageRule(LesionType.VERTEBRAL_COLLAPSE, 0.3, URGENT),
              new TriageRule(LesionType.FRACTURE, 0.5, ASAP),
              new TriageRule(LesionType.FRACTURE, 0.3, URGENT),
              new TriageRule(LesionType.SPONDYLOLISTHESIS, 0.5, URGENT),
              new TriageRule(LesionType.SCLEROTIC_LESION, 0.5, URGENT),
              new TriageRule(LesionType.OTHER_LESIONS, 0.5, URGENT)),
          ROUTINE,
          URGENT);

  public TriagePolicy {
    rules = List.copyOf(rules);
    Objects.requireNonNull(abnormal, "abnormal");
    Objects.requireNonNull(unreadable, "unreadable");
  }

  /** The priority that the study's kept findings ask for. */
  public ReadingPriority priority(StudyFindings study) {
    ReadingPriority priority = ROUTINE;
    for (Finding finding : study.findings()) {
      priority = mostUrgent(priority, priority(finding));
    }
    if (study.verdict().abnormal()) {
      priority = mostUrgent(priority, abnormal);
    }
    if (!study.rejected(Kind.NOT_ANALYSABLE).isEmpty()) {
      priority = mostUrgent(priority, unreadable);
    }
    return priority;
  }

  /** The priority that one finding asks for; routine when no rule is met. */
  public ReadingPriority priority(Finding finding) {
    return rules.stream()
        .filter(rule -> rule.type() == finding.type() && finding.score() >= rule.minimumScore())
        .map(TriageRule::priority)
        .min(Comparator.naturalOrder())
        .orElse(ROUTINE);
  }

  private static ReadingPriority mostUrgent(ReadingPriority a, ReadingPriority b) {
    return a.outranks(b) ? a : b;
  }
}
