package io.spinexr.workshop.training;

/**
 * How long and how fast a network learns: the rate rises linearly, then falls along a half cosine
 * to 0.
 *
 * @param steps in all
 * @param warmUp steps until the peak
 * @param peakRate the highest learning rate
 */
public record Schedule(long steps, long warmUp, double peakRate) {
  public Schedule {
    if (steps < 1 || warmUp < 0 || warmUp >= steps || !(peakRate > 0)) {
      throw new IllegalArgumentException(
          "a schedule needs 0 <= warmUp < steps and a positive rate, but has %d, %d and %s"
              .formatted(warmUp, steps, peakRate));
    }
  }

  /** The learning rate of a step, counted from 0. */
  public double rate(long step) {
    if (step < warmUp) {
      return peakRate * (step + 1) / warmUp;
    }
    double progress = (double) (step - warmUp) / (steps - warmUp);
    return peakRate * (1 + Math.cos(Math.PI * progress)) / 2;
  }
}
