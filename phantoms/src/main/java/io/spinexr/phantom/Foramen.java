package io.spinexr.phantom;

import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import java.util.List;

/**
 * The nerve's exit between the pedicles of two neighbours, in a lateral view.
 *
 * @param rx half its width in millimetres
 * @param ry half its height in millimetres
 */
public record Foramen(Point centre, double rx, double ry, double tilt) {

  public static Foramen between(Vertebra lower, Vertebra upper) {
    Point bottom = lower.at(-1.3, 0.78);
    Point top = upper.at(-1.3, 0.06);
    return new Foramen(
        bottom.towards(top, 0.5),
        0.17 * upper.width(),
        Math.max(2, 0.5 * bottom.distance(top)),
        (lower.tilt() + upper.tilt()) / 2);
  }

  /** Its edge when it is open to this share of the healthy width; the height shrinks less. */
  public List<Point> outline(double open) {
    return Shape.ellipse(centre, rx * open, ry * (0.3 + 0.7 * open), tilt, 16);
  }
}
