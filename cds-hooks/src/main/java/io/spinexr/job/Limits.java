package io.spinexr.job;

import java.time.Duration;

/** Limits and intervals of configuration. */
public final class Limits {
  private Limits() {}

  public static void requirePositive(String property, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(property + " must be positive, but is " + duration);
    }
  }

  public static void require(String property, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, but is %d".formatted(property, lowest, highest, value));
    }
  }

  /** {@code first * growth^times}, at most {@code longest}. */
  public static Duration grown(Duration first, double growth, int times, Duration longest) {
    double millis = first.toMillis() * Math.pow(growth, times);
    return millis < longest.toMillis() ? Duration.ofMillis((long) millis) : longest;
  }
}
