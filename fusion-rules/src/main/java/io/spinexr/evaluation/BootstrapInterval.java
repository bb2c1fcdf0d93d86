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
   * The interval of any metric. Those of {@link io.spinexr.evaluation.bootstrap} are much faster.
   *
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
    for (int i = 0; i < resamples; i++) {
      for (int j = 0; j < drawn.length; j++) {
        drawn[j] = samples.get(random.nextInt(drawn.length));
      }
      values[i] = metric.applyAsDouble(Arrays.asList(drawn));
    }
    return of(values);
  }

  /**
   * The interval of a metric's values on resamples, of which NaN are skipped.
   *
   * @throws IllegalArgumentException if all are NaN
   */
  public static BootstrapInterval of(double[] values) {
    double[] sorted =
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException(
          "the metric exists on none of %d resamples".formatted(values.length));
    }
    return new BootstrapInterval(percentile(sorted, 0.025), percentile(sorted, 0.975));
  }

  /** Linear interpolation between the closest ranks, as numpy's percentile does it. */
  private static double percentile(double[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
