package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.drawing.Dice;

/**
 * Whom the radiographs show.
 *
 * @param age in years, 18 to 95
 * @param mineral of the bones, 1 in a healthy adult, about 0.6 in osteoporosis
 * @param girth of the soft tissue, 1 on average
 * @param wear of discs and joints, 0 none to 1 severe
 */
public record Patient(int age, boolean female, double mineral, double girth, double wear) {
  public Patient {
    if (age < 18 || age > 95) {
      throw new IllegalArgumentException("phantoms are of 18 to 95 years, not " + age);
    }
  }

  /** Bones lose mineral from 50 on, women's sooner; discs wear from 25 on. */
  public static Patient of(int age, boolean female, Dice dice) {
    double loss = Math.max(0, age - 50) * (female ? 0.009 : 0.005);
    double mineral = dice.uniform(0.9, 1.12) - loss * dice.uniform(0.5, 1.4);
    double wear = 0.85 * (age - 25) / 60.0 + 0.16 * dice.normal();
    return new Patient(
        age,
        female,
        Math.max(0.5, mineral),
        dice.uniform(0.82, 1.0) + 0.5 * dice.uniform(0, 1) * dice.uniform(0, 1),
        Math.max(0, Math.min(1, wear)));
  }

  /** The same patient under a beam that shows bones with this contrast, 1 on average. */
  public Patient seenWith(double boneContrast) {
    return new Patient(age, female, mineral * boneContrast, girth, wear);
  }
}
