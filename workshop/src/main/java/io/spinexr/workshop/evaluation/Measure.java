package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.BootstrapInterval;
import java.util.function.Supplier;

/**
 * A figure in [0,1], or the difference of two, with its 95 % percentile interval over resampled
 * images; NaN where it does not exist.
 */
public record Measure(double value, double low, double high) {
  /**
   * @param value NaN where the figure does not exist; then it has no interval
   */
  public static Measure of(double value, Supplier<BootstrapInterval> interval) {
    if (Double.isNaN(value)) {
      return new Measure(value, value, value);
    }
    BootstrapInterval found = interval.get();
    return new Measure(value, found.low(), found.high());
  }
}
