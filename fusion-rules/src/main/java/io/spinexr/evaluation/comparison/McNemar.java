package io.spinexr.evaluation.comparison;

import io.spinexr.evaluation.ScoredLabel;
import java.util.List;

/**
 * Whether two classifiers are right equally often at their thresholds: McNemar 1947, on the images
 * where only one of them is right.
 *
 * @param onlyFirstRight number of images
 * @param onlySecondRight number of images
 */
public record McNemar(long onlyFirstRight, long onlySecondRight) {
  /** From so many images on, chi-squared is used instead of the exact binomial distribution. */
  private static final long MANY = 25;

  /**
   * @param first one per image
   * @param second of the same images in the same order
   * @throws IllegalArgumentException if the labels differ
   */
  public static McNemar of(
      List<ScoredLabel> first,
      double firstThreshold,
      List<ScoredLabel> second,
      double secondThreshold) {
    boolean[] abnormal = Labels.common(first, second);
    long onlyFirst = 0;
    long onlySecond = 0;
    for (int i = 0; i < abnormal.length; i++) {
      boolean firstRight = first.get(i).probability() >= firstThreshold == abnormal[i];
      boolean secondRight = second.get(i).probability() >= secondThreshold == abnormal[i];
      onlyFirst += firstRight && !secondRight ? 1 : 0;
      onlySecond += secondRight && !firstRight ? 1 : 0;
    }
    return new McNemar(onlyFirst, onlySecond);
  }

  /**
   * How likely the two numbers are as far apart if the classifiers are equally good (two-sided), in
   * [0,1]: exact for fewer than 25 images, else by chi-squared with Edwards' continuity correction.
   */
  public double pValue() {
    long discordant = onlyFirstRight + onlySecondRight;
    return discordant < MANY ? exact(discordant) : chiSquared(discordant);
  }

  private double exact(long discordant) {
    double term = Math.pow(0.5, discordant);
    double tail = 0;
    for (long i = 0; i <= Math.min(onlyFirstRight, onlySecondRight); i++) {
      tail += term;
      term *= (double) (discordant - i) / (i + 1);
    }
    return Math.min(1, 2 * tail);
  }

  private double chiSquared(long discordant) {
    double apart = Math.max(0, Math.abs(onlyFirstRight - onlySecondRight) - 1);
    return NormalDistribution.twoSided(apart / Math.sqrt(discordant));
  }
}
