package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.Finding;
import io.spinexr.finding.Probability;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.phantom.LesionBox;
import java.util.List;

/**
 * What is known of an image and what the networks say.
 *
 * @param abnormal the truth
 * @param lesions the truth, in pixels of the image
 * @param probability of being abnormal, in [0,1]
 * @param detected before fusion
 */
public record Prediction(
    boolean abnormal, List<LesionBox> lesions, double probability, List<Finding> detected) {
  public Prediction {
    Probability.require("probability", probability);
    lesions = List.copyOf(lesions);
    detected = List.copyOf(detected);
  }

  /** What the classifiers say beside the truth. */
  public ScoredLabel label() {
    return new ScoredLabel(probability, abnormal);
  }

  /** The same prediction on the calibrated scale. */
  public Prediction calibrated(CalibrationMap calibration) {
    return new Prediction(abnormal, lesions, calibration.apply(probability), detected);
  }

  /** As the decision rule leaves it. */
  public EvaluatedImage fused(DecisionRule rule) {
    return evaluated(rule.apply(probability, detected));
  }

  /**
   * As average precision takes it.
   *
   * @param findings those that count
   */
  EvaluatedImage evaluated(List<Finding> findings) {
    return new EvaluatedImage(
        lesions.stream().map(lesion -> new Annotation(lesion.type(), lesion.box())).toList(),
        findings);
  }
}
