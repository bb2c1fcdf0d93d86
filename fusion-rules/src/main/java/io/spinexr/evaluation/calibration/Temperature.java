package io.spinexr.evaluation.calibration;

import io.spinexr.evaluation.ScoredLabel;
import java.util.List;

/**
 * Temperature scaling (Guo et al. 2017): the logit is divided by one number, so that a probability
 * of one half and the order of images stay.
 *
 * @param temperature above 1 makes less sure, below 1 surer
 */
public record Temperature(double temperature) implements CalibrationMap {
  /** No temperature beyond these is fitted: some logits ask for none at all. */
  private static final double COLDEST = 0.01;

  private static final double HOTTEST = 100;

  /** Fitting keeps probabilities from 0 and 1, of which a single wrong one would decide. */
  private static final double SMALLEST = 1e-6;

  public Temperature {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a temperature must be above 0, but is " + temperature);
    }
  }

  /** The temperature, in [0.01, 100], of the least log loss. */
  static Temperature fit(List<ScoredLabel> samples) {
    double[] logits = samples.stream().mapToDouble(s -> clippedLogit(s.probability())).toArray();
    // The loss is convex in 1 / temperature, and falls where its slope is negative.
    double low = 1 / HOTTEST;
    double high = 1 / COLDEST;
    for (double middle = (low + high) / 2; low < middle && middle < high; ) {
      if (slope(middle, logits, samples) < 0) {
        low = middle;
      } else {
        high = middle;
      }
      middle = (low + high) / 2;
    }
    return new Temperature(1 / high);
  }

  private static double slope(double factor, double[] logits, List<ScoredLabel> samples) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      sum += logits[i] * (sigmoid(factor * logits[i]) - (samples.get(i).abnormal() ? 1 : 0));
    }
    return sum;
  }

  @Override
  public double apply(double probability) {
    return sigmoid(logit(probability) / temperature);
  }

  private static double clippedLogit(double probability) {
    return logit(Math.max(SMALLEST, Math.min(probability, 1 - SMALLEST)));
  }

  /** Infinite for 0 and 1, which stay what they are. */
  private static double logit(double probability) {
    return Math.log(probability / (1 - probability));
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
