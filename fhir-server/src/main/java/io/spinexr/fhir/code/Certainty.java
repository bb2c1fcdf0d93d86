package io.spinexr.fhir.code;

import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.StudyFindings;
import java.util.List;
import java.util.Optional;

/**
 * How sure the AI is of a verdict, in [0,1]: the probability of abnormality or, where nothing was
 * found, its complement; for a verdict of the detector alone, its highest score.
 */
public final class Certainty {
  private Certainty() {}

  public static double of(ImageFindings image) {
    return switch (image.verdict()) {
      case ABNORMAL_BY_DETECTOR -> highest(image.findings());
      case NOTHING_FOUND -> 1 - image.probability();
      default -> image.probability();
    };
  }

  /** Empty where the AI says nothing. */
  public static Optional<Double> of(StudyFindings study) {
    return switch (study.verdict()) {
      case ABNORMAL_BY_CLASSIFIER -> Optional.of(study.probability());
      case ABNORMAL_BY_DETECTOR -> Optional.of(highest(study.findings()));
      case NOTHING_FOUND -> Optional.of(1 - study.probability());
      case NOT_ANALYSABLE, OUT_OF_SCOPE -> Optional.empty();
    };
  }

  private static double highest(List<Finding> findings) {
    return findings.stream().mapToDouble(Finding::score).max().orElseThrow();
  }
}
