package io.spinexr.phantom.drawing;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that attenuates X-rays, in the body plane. Lengths in millimetres; attenuation is the
 * line integral through the shape (natural logarithm), negative where the shape is gas that
 * replaces tissue.
 */
public sealed interface Shape {

  /**
   * A filled outline with a soft edge, and inside the edge a rim, as of cortical bone.
   *
   * @param outline closed, without repeating the first point
   * @param core attenuation of the inside
   * @param rim further attenuation at the edge, falling to 0 at depth {@code rimWidth}
   * @param softness half the width of the edge
   * @param texture share of {@code core} that varies like trabecular bone
   */
  record Solid(
      List<Point> outline,
      double core,
      double rim,
      double rimWidth,
      double softness,
      double texture)
      implements Shape {}

  /**
   * A line with thickness.
   *
   * @param attenuation at the axis if solid, at the wall if hollow
   * @param hollow a tube: the axis attenuates less than the wall
   */
  record Stroke(
      List<Point> path, double radius, double attenuation, double softness, boolean hollow)
      implements Shape {}

  /**
   * An ellipse, thickest in the middle.
   *
   * @param angle of the first radius, in radians
   * @param faint falls off smoothly to nothing at the edge; else like the chords of an ellipsoid
   */
  record Blob(Point centre, double rx, double ry, double angle, double attenuation, boolean faint)
      implements Shape {}

  static Stroke bone(double radius, double attenuation, Point... path) {
    return new Stroke(List.of(path), radius, attenuation, 0.5, true);
  }

  static Stroke metal(double radius, double attenuation, Point... path) {
    return new Stroke(List.of(path), radius, attenuation, 0.25, false);
  }

  /** An outline with its corners cut off (Chaikin's algorithm, once per round). */
  static List<Point> rounded(List<Point> outline, int rounds) {
    List<Point> points = outline;
    for (int round = 0; round < rounds; round++) {
      List<Point> next = new ArrayList<>(2 * points.size());
      for (int i = 0; i < points.size(); i++) {
        Point a = points.get(i);
        Point b = points.get((i + 1) % points.size());
        next.add(a.towards(b, 0.25));
        next.add(a.towards(b, 0.75));
      }
      points = next;
    }
    return points;
  }

  /** {@code n} points of a quadratic Bézier curve. */
  static List<Point> curve(Point from, Point control, Point to, int n) {
    List<Point> points = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      points.add(from.towards(control, t).towards(control.towards(to, t), t));
    }
    return points;
  }

  /** {@code n} points of an ellipse. */
  static List<Point> ellipse(Point centre, double rx, double ry, double angle, int n) {
    List<Point> points = new ArrayList<>(n);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    for (int i = 0; i < n; i++) {
      double turn = 2 * Math.PI * i / n;
      double x = rx * StrictMath.cos(turn);
      double y = ry * StrictMath.sin(turn);
      points.add(centre.plus(x * cos - y * sin, x * sin + y * cos));
    }
    return points;
  }
}
