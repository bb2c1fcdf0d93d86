package io.spinexr.evaluation.calibration;

import io.spinexr.evaluation.ScoredLabel;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Proper scoring rules: least on average for who says the true probability. */
public final class Loss {
  /** As scikit-learn keeps probabilities from 0 and 1. */
  private static final double SMALLEST = Math.ulp(1.0);

  private Loss() {}

  /** Mean squared distance of the probability from the truth, in [0,1]; NaN without samples. */
  public static double brier(List<ScoredLabel> samples) {
    return mean(samples, s -> Math.pow(s.probability() - (s.abnormal() ? 1 : 0), 2));
  }

  /**
   * Mean of minus the natural logarithm of the probability of what is true, which is taken to be at
   * least 2.2e-16; NaN without samples.
   */
  public static double log(List<ScoredLabel> samples) {
    return mean(
        samples,
        s -> -Math.log(Math.max(SMALLEST, s.abnormal() ? s.probability() : 1 - s.probability())));
  }

  private static double mean(List<ScoredLabel> samples, ToDoubleFunction<ScoredLabel> loss) {
    return samples.stream().mapToDouble(loss).average().orElse(Double.NaN);
  }
}
