package io.spinexr.fhir;

import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a report says in words: that it is AI, which, how sure, and what it could not see. */
final class Conclusion {
  private static final String LABEL =
      "AI result, not a diagnosis: to be confirmed by a radiologist.";

  private Conclusion() {}

  /** Whether a report's conclusion is one of these, not a person's. */
  static boolean ours(String conclusion) {
    return conclusion == null || conclusion.startsWith(LABEL);
  }

  static String of(AnalysedStudy study) {
    StudyFindings findings = study.findings();
    StringBuilder text = new StringBuilder(LABEL).append('\n');
    text.append(
        "Models: %s. Images analysed: %d, not analysed: %d.%n"
            .formatted(
                findings.models().id(), findings.images().size(), findings.rejected().size()));
    text.append(verdict(study)).append('\n');
    for (RejectedImage image : findings.rejected()) {
      text.append(
          "Not analysed: image %s: %s.%n"
              .formatted(image.image().sopInstanceUid(), image.reason()));
    }
    return text.toString().replace("\r\n", "\n").strip();
  }

  private static String verdict(AnalysedStudy study) {
    StudyFindings findings = study.findings();
    if (findings.images().isEmpty()) {
      return "No image could be analysed: the AI says nothing about this study.";
    }
    String probability =
        "probability of abnormality %.2f, threshold %.2f"
            .formatted(findings.probability(), study.rule().threshold());
    String lesions = lesions(findings.findings());
    if (findings.abnormal()) {
      return "Abnormal: %s. %s"
          .formatted(probability, lesions.isEmpty() ? "No single lesion was located." : lesions);
    }
    if (findings.suspicious()) {
      return "Abnormal by the detector alone: %s, but the classifier stays below its threshold (%s)."
          .formatted(
              lesions.substring(0, 1).toLowerCase(Locale.ROOT)
                  + lesions.substring(1, lesions.length() - 1),
              probability);
    }
    return "No abnormality detected: %s. This does not exclude disease.".formatted(probability);
  }

  /** Each type once, with its highest score: findings come by falling score. */
  private static String lesions(List<Finding> findings) {
    Map<LesionType, Double> scores = new LinkedHashMap<>();
    findings.forEach(finding -> scores.putIfAbsent(finding.type(), finding.score()));
    if (scores.isEmpty()) {
      return "";
    }
    return scores.entrySet().stream()
        .map(
            entry ->
                "%s (score %.2f)"
                    .formatted(entry.getKey().display().toLowerCase(Locale.ROOT), entry.getValue()))
        .collect(Collectors.joining(", ", "Located: ", "."));
  }
}
