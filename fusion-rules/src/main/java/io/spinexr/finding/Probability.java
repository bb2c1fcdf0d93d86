package io.spinexr.finding;

/**
 * The rule that every probability, score and threshold of this project keeps: a number in [0,1].
 */
public final class Probability {
  private Probability() {}

  /**
   * @return {@code value}
   * @throws IllegalArgumentException naming {@code name} if the value is not in [0,1]
   */
  public static double require(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0,1], but is " + value);
    }
    return value;
  }
}
