package io.spinexr.evaluation;

import io.spinexr.finding.Probability;
import java.util.List;

/**
 * Counts of a binary verdict at one threshold. A ratio without a denominator is NaN: it is unknown,
 * not zero.
 */
public record ConfusionMatrix(
    long truePositives, long falsePositives, long trueNegatives, long falseNegatives) {
  /** The counts when a probability at or above the threshold counts as abnormal. */
  public static ConfusionMatrix at(double threshold, List<ScoredLabel> samples) {
    Probability.require("threshold", threshold);
    long tp = 0;
    long fp = 0;
    long tn = 0;
    long fn = 0;
    for (ScoredLabel sample : samples) {
      boolean positive = sample.probability() >= threshold;
      if (positive && sample.abnormal()) {
        tp++;
      } else if (positive) {
        fp++;
      } else if (sample.abnormal()) {
        fn++;
      } else {
        tn++;
      }
    }
    return new ConfusionMatrix(tp, fp, tn, fn);
  }

  /** Share of abnormal images called abnormal (recall). */
  public double sensitivity() {
    return (double) truePositives / (truePositives + falseNegatives);
  }

  /** Share of normal images called normal. */
  public double specificity() {
    return (double) trueNegatives / (trueNegatives + falsePositives);
  }

  /** Share of the images called abnormal that are. */
  public double precision() {
    return (double) truePositives / (truePositives + falsePositives);
  }

  /** Harmonic mean of sensitivity and precision. */
  public double f1() {
    return 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
  }
}
