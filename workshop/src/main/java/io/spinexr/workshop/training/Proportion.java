package io.spinexr.workshop.training;

/**
 * How often something was true.
 *
 * @param hits at most {@code of}
 * @param of at least 1
 */
record Proportion(int hits, int of) {
  /** Quantile of the normal distribution for 95 % in the middle. */
  private static final double Z = 1.959964;

  double value() {
    return (double) hits / of;
  }

  /** The lower end of Wilson's 95 % interval (Wilson 1927). */
  double low() {
    return Math.max(0, centre() - halfWidth());
  }

  /** Its upper end. */
  double high() {
    return Math.min(1, centre() + halfWidth());
  }

  private double centre() {
    return (value() + Z * Z / (2 * of)) / (1 + Z * Z / of);
  }

  private double halfWidth() {
    return Z * Math.sqrt(value() * (1 - value()) / of + Z * Z / (4.0 * of * of)) / (1 + Z * Z / of);
  }
}
