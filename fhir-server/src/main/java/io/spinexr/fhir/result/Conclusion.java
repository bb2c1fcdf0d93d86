package io.spinexr.fhir.result;

import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.scope.Scope;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a report says in words: that it is AI, which, how sure, and what it could not see. */
public final class Conclusion {
  private static final String LABEL =
      "AI result, not a diagnosis: to be confirmed by a radiologist.";

  private Conclusion() {}

  /** Whether a report's conclusion is one of these, not a person's. */
  public static boolean ours(@Nullable String conclusion) {
    return conclusion == null || conclusion.startsWith(LABEL);
  }

  static String of(AnalysedStudy study) {
    StudyFindings findings = study.findings();
    StringBuilder text = new StringBuilder(LABEL).append('\n');
    text.append(
        "Models: %s. Images analysed: %d, not analysed: %d.%n"
            .formatted(
                findings.models().id(), findings.images().size(), findings.rejected().size()));
    if (findings.models().labelling().research()) {
      text.append("The models are %s.%n".formatted(Labelling.Status.RESEARCH.display()));
    }
    text.append(verdict(study)).append('\n');
    for (RejectedImage image : findings.rejected()) {
      text.append("Image %s is %s.%n".formatted(image.image().sopInstanceUid(), image.sentence()));
    }
    for (ImageFindings image : findings.images()) {
      for (ImageWarning warning : image.warnings()) {
        text.append(
            "Doubt about image %s: %s.%n"
                .formatted(image.image().sopInstanceUid(), warning.sentence()));
      }
    }
    if (!findings.images().isEmpty()) {
      Scope.notChecked(findings.models())
          .ifPresent(doubt -> text.append("Every image: %s.%n".formatted(doubt.text())));
    }
    return text.toString().replace("\r\n", "\n").strip();
  }

  private static String verdict(AnalysedStudy study) {
    StudyFindings findings = study.findings();
    String probability =
        "probability of abnormality %.2f, threshold %.2f"
            .formatted(findings.probability(), study.rule().threshold());
    return switch (findings.verdict()) {
      case ABNORMAL_BY_CLASSIFIER ->
          "Abnormal by the classifier: %s. %s".formatted(probability, located(study));
      case ABNORMAL_BY_DETECTOR ->
          "Abnormal by the detector alone: the classifier stays below its threshold (%s). %s"
              .formatted(probability, located(study));
      case NOT_ANALYSABLE -> "No image could be analysed: the AI says nothing about this study.";
      case OUT_OF_SCOPE -> "Outside what the AI is made for: the AI says nothing about this study.";
      case NOTHING_FOUND ->
          "Nothing found: %s. This does not exclude disease.".formatted(probability);
    };
  }

  private static String located(AnalysedStudy study) {
    Map<LesionType, Double> sure = study.scores(Finding::reported);
    Map<LesionType, Double> uncertain = study.scores(finding -> !finding.reported());
    uncertain.keySet().removeAll(sure.keySet());
    String text =
        sure.isEmpty() ? "No lesion was located with confidence." : "Located: " + list(sure) + ".";
    return uncertain.isEmpty() ? text : text + " Uncertain: " + list(uncertain) + ".";
  }

  private static String list(Map<LesionType, Double> scores) {
    return scores.entrySet().stream()
        .map(
            entry ->
                "%s (score %.2f)"
                    .formatted(entry.getKey().display().toLowerCase(Locale.ROOT), entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
