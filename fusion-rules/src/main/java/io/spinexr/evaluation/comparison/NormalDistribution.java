package io.spinexr.evaluation.comparison;

/** The standard normal distribution. */
final class NormalDistribution {
  /** 97.5 % of the distribution lie below. */
  static final double Z_95 = 1.959963984540054;

  /** Beyond it the series loses digits, and the continued fraction converges soon. */
  private static final double FAR = 2.5;

  private NormalDistribution() {}

  /**
   * How likely a value is at least this far from 0, to either side: 1 at 0, relative error below
   * 1e-12.
   */
  static double twoSided(double z) {
    double x = Math.abs(z);
    double density = Math.exp(-x * x / 2) * Math.sqrt(2 / Math.PI);
    return x < FAR ? 1 - density * series(x) : density * continuedFraction(x);
  }

  /** x + x^3/3 + x^5/(3*5) + ...: Abramowitz and Stegun 26.2.11. */
  private static double series(double x) {
    double sum = 0;
    double term = x;
    for (int i = 3; sum + term != sum; i += 2) {
      sum += term;
      term *= x * x / i;
    }
    return sum;
  }

  /** 1/(x + 1/(x + 2/(x + 3/(x + ...)))): Abramowitz and Stegun 26.2.14. */
  private static double continuedFraction(double x) {
    double tail = x;
    for (int i = 200; i > 0; i--) {
      tail = x + i / tail;
    }
    return 1 / tail;
  }
}
