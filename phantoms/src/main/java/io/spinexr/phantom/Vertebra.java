package io.spinexr.phantom;

import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * One vertebral body in the body plane. In a lateral view "front" is anterior, in an AP view it is
 * the patient's left.
 *
 * @param tilt of its upward axis towards the front, in radians
 * @param width from back to front, in millimetres
 * @param front height of the front wall, in millimetres
 * @param back height of the back wall, in millimetres
 * @param waist how far the endplates sink in, as a share of the height
 */
public record Vertebra(
    Point centre, double tilt, double width, double front, double back, double waist) {

  public double height() {
    return (front + back) / 2;
  }

  /**
   * A place relative to this body.
   *
   * @param across -1 at the back wall, 1 at the front wall, beyond outside
   * @param up -1 at the lower endplate, 1 at the upper one
   */
  public Point at(double across, double up) {
    double share = Math.max(-1, Math.min(1, across));
    double height = (back * (1 - share) + front * (1 + share)) / 2;
    double u = across * width / 2;
    double v = up * height / 2;
    double cos = StrictMath.cos(tilt);
    double sin = StrictMath.sin(tilt);
    return centre.plus(u * cos + v * sin, u * sin - v * cos);
  }

  public List<Point> outline() {
    double dip = 1 - 2 * waist;
    List<Point> corners = new ArrayList<>();
    double[][] plan = {
      {-1, -1},
      {-0.8, -0.99},
      {-0.35, -dip},
      {0.35, -dip},
      {0.8, -0.99},
      {1, -1},
      {0.97, -0.75},
      {0.89, -0.25},
      {0.89, 0.25},
      {0.97, 0.75},
      {1, 1},
      {0.8, 0.99},
      {0.35, dip},
      {-0.35, dip},
      {-0.8, 0.99},
      {-1, 1},
      {-0.98, 0.75},
      {-0.93, 0.25},
      {-0.93, -0.25},
      {-0.98, -0.75}
    };
    for (double[] p : plan) {
      corners.add(at(p[0], p[1]));
    }
    return Shape.rounded(corners, 1);
  }

  /** The endplate's line from back to front; {@code side} -1 is the lower, 1 the upper one. */
  public List<Point> endplate(int side) {
    double dip = side * (1 - 2 * waist);
    return List.of(
        at(-0.93, side * 0.97), at(-0.35, dip * 0.98), at(0.35, dip * 0.98), at(0.93, side * 0.97));
  }
}
