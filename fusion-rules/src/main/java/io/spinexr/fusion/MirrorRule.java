package io.spinexr.fusion;

import io.spinexr.finding.Finding;
import io.spinexr.finding.Probability;
import java.util.List;

/**
 * The mirror of {@link DecisionRule}: the detector lifts the classifier. The image's probability
 * becomes the average of the classifier's and the highest box score; an image without boxes counts
 * as score 0 (VinDr-SpineXR, section 3.2).
 */
public final class MirrorRule {
  private MirrorRule() {}

  /**
   * @param probability the classifier's, in [0,1]
   * @return the averaged probability, in [0,1]
   */
  public static double apply(double probability, List<Finding> detected) {
    Probability.require("probability", probability);
    double highest = detected.stream().mapToDouble(Finding::score).max().orElse(0);
    return (probability + highest) / 2;
  }
}
