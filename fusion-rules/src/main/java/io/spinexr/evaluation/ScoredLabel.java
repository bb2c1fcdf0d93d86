package io.spinexr.evaluation;

import io.spinexr.finding.Probability;

/**
 * One evaluated image: what the classifier said and what is true.
 *
 * @param probability of being abnormal, in [0,1]
 * @param abnormal the ground truth
 */
public record ScoredLabel(double probability, boolean abnormal) {
  public ScoredLabel {
    Probability.require("probability", probability);
  }
}
