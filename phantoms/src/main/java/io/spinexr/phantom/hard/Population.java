package io.spinexr.phantom.hard;

import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.hard.body.Patient;
import io.spinexr.phantom.hard.exposure.XrayUnit;
import java.util.List;

/**
 * Who is examined where.
 *
 * @param units that studies come from, each as often as it is listed
 * @param youngest in years, at least 18
 * @param oldest in years, at most 95
 * @param women share of women, 0 to 1
 */
public record Population(List<XrayUnit> units, int youngest, int oldest, double women) {
  /** Half from a university hospital, adults of all ages. */
  public static final Population DEFAULT =
      new Population(
          List.of(
              XrayUnit.HOSPITAL,
              XrayUnit.HOSPITAL,
              XrayUnit.HOSPITAL,
              XrayUnit.PRACTICE,
              XrayUnit.RURAL,
              XrayUnit.EMERGENCY),
          18,
          90,
          0.55);

  public Population {
    units = List.copyOf(units);
    if (units.isEmpty()) {
      throw new IllegalArgumentException("a population needs an X-ray unit");
    }
    if (youngest < 18 || oldest > 95 || youngest > oldest) {
      throw new IllegalArgumentException(
          "ages must be from 18 to 95, not from %d to %d".formatted(youngest, oldest));
    }
    if (!(women >= 0 && women <= 1)) {
      throw new IllegalArgumentException("the share of women must be in [0, 1], not " + women);
    }
  }

  Patient patient(Dice dice) {
    int age = (dice.between(youngest, oldest) + dice.between(youngest, oldest)) / 2;
    return Patient.of(age, dice.chance(women), dice.split());
  }

  XrayUnit unit(Dice dice) {
    return dice.pick(units);
  }
}
