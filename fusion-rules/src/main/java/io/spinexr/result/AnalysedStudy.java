package io.spinexr.result;

import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.StudyFindings;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.OrderReference;
import io.spinexr.study.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A finished analysis with everything that is told of it.
 *
 * @param orders every order the study is known to answer; may be empty
 * @param rule that fused classifier and detector
 * @param urgency what findings and orders ask for
 * @param annotatedPng the analysed images with their boxes drawn, as PNG files by SOP instance UID;
 *     images may lack one
 * @param analysedAt when the analysis ended
 */
public record AnalysedStudy(
    Subject subject,
    List<OrderReference> orders,
    ImagedStudy study,
    StudyFindings findings,
    DecisionRule rule,
    Urgency urgency,
    Map<String, byte[]> annotatedPng,
    Instant analysedAt) {
  public AnalysedStudy {
    Objects.requireNonNull(subject, "subject");
    orders = List.copyOf(orders);
    Objects.requireNonNull(study, "study");
    Objects.requireNonNull(findings, "findings");
    if (!study.studyUid().equals(findings.studyUid())) {
      throw new IllegalArgumentException(
          "findings are of study %s, not of study %s"
              .formatted(findings.studyUid(), study.studyUid()));
    }
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(urgency, "urgency");
    annotatedPng = Map.copyOf(annotatedPng);
    Objects.requireNonNull(analysedAt, "analysedAt");
  }

  /** Each type of which there is such a finding, once, with its highest score; highest first. */
  public Map<LesionType, Double> scores(Predicate<Finding> wanted) {
    Map<LesionType, Double> scores = new LinkedHashMap<>();
    findings.findings().stream()
        .filter(wanted)
        .forEach(finding -> scores.putIfAbsent(finding.type(), finding.score()));
    return scores;
  }
}
