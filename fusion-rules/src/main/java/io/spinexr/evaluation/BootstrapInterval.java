package io.spinexr.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A 95 % percentile interval from resampling images with replacement. A resample on which the
 * metric does not exist (one class only: NaN) is skipped.
 */
public record BootstrapInterval(double low, double high) {
  /**
   * @param metric of a resample; NaN when it does not exist
   * @param seed makes the interval repeatable
   * @throws IllegalArgumentException if the metric exists on no resample
   */
  public static BootstrapInterval of(
      List<ScoredLabel> samples,
      ToDoubleFunction<List<ScoredLabel>> metric,
      int resamples,
      long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ScoredLabel[] drawn = new ScoredLabel[samples.size()];
    double[] values = new double[resamples];
    int count = 0;
    for (int i = 0; i < resamples; i++) {
      for (int j = 0; j < drawn.length; j++) {
        drawn[j] = samples.get(random.nextInt(drawn.length));
      }
      double value = metric.applyAsDouble(Arrays.asList(drawn));
      if (!Double.isNaN(value)) {
        values[count++] = value;
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException(
          "the metric exists on no resample of " + samples.size() + " images");
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return new BootstrapInterval(percentile(sorted, 0.025), percentile(sorted, 0.975));
  }

  /** Linear interpolation between the closest ranks. */
  private static double percentile(double[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
