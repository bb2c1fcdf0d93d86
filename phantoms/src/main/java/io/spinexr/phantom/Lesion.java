package io.spinexr.phantom;

import io.spinexr.finding.LesionType;
import io.spinexr.phantom.drawing.Dice;

/**
 * One lesion to draw.
 *
 * @param level the vertebra it is in, or the lower of the vertebrae it lies between, counted from
 *     the lowest
 * @param levels how many neighbours it takes beyond that one (an implant holds several)
 * @param severity 0 is subtle, 1 is plain; below 0 it is hardly visible
 * @param side -1 or 1: the back or front (lateral), the patient's right or left (AP)
 * @param dice for the details of its form
 */
public record Lesion(LesionType type, int level, int levels, double severity, int side, Dice dice) {

  /** The value between {@code subtle} and {@code plain} that fits the severity. */
  double graded(double subtle, double plain) {
    return subtle + (plain - subtle) * severity;
  }
}
