package io.spinexr.evaluation;

import java.util.Arrays;

/**
 * A 95 % percentile interval from resampling images with replacement. A resample on which the
 * metric does not exist (one class only: NaN) is skipped.
 */
public record BootstrapInterval(double low, double high) {
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
