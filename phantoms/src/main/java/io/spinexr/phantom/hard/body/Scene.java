package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Spine;
import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.View;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Solid;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies in the beam, gathered shape by shape; millimetres around the middle of the field.
 *
 * @param soft what has no edge worth a pixel: drawn coarsely
 * @param sharp all else
 */
public record Scene(Patient patient, Spine spine, List<Shape> soft, List<Shape> sharp) {
  public static Scene of(Patient patient, Spine spine) {
    return new Scene(patient, spine, new ArrayList<>(), new ArrayList<>());
  }

  List<Vertebra> bodies() {
    return spine.bodies();
  }

  double field() {
    return spine.fieldHeight();
  }

  boolean lateral() {
    return spine.view() == View.LATERAL;
  }

  /** An ellipsoid of tissue. */
  void organ(double x, double y, double rx, double ry, double angle, double attenuation) {
    soft.add(new Blob(new Point(x, y), rx, ry, angle, attenuation, false));
  }

  /** Tissue without an edge. */
  void haze(double x, double y, double rx, double ry, double attenuation) {
    soft.add(new Blob(new Point(x, y), rx, ry, 0, attenuation, true));
  }

  /** Tissue or air between rounded borders. */
  void region(double attenuation, double softness, Point... outline) {
    soft.add(new Solid(Shape.rounded(List.of(outline), 3), attenuation, 0, 1, softness, 0));
  }

  /** A long bone or tube with a wall. */
  void tube(double radius, double attenuation, double softness, List<Point> path) {
    sharp.add(new Stroke(path, radius, attenuation, softness, true));
  }

  void line(double radius, double attenuation, double softness, Point... path) {
    sharp.add(new Stroke(List.of(path), radius, attenuation, softness, false));
  }

  /** A pocket of air, about an ellipse, that replaces tissue. */
  void pocket(Point centre, double rx, double ry, double angle, double air, Dice dice) {
    List<Point> outline = new ArrayList<>();
    for (Point p : Shape.ellipse(centre, rx, ry, angle, 11)) {
      outline.add(centre.towards(p, dice.uniform(0.72, 1.12)));
    }
    double core = 0.45 * air;
    sharp.add(new Solid(Shape.rounded(outline, 2), -core, 0, 1, 1.5, 0));
    sharp.add(new Blob(centre, 0.95 * rx, 0.95 * ry, angle, core - air, false));
  }

  /** A flat bone: a thin plate with a denser border. */
  void plate(double core, double rim, double rimWidth, List<Point> outline) {
    double mineral = patient.mineral();
    sharp.add(new Solid(outline, core * mineral, rim * mineral, rimWidth, 0.9, 0.35));
  }

  /** A place {@code spread} millimetres or less away. */
  static Point near(Point place, double spread, Dice dice) {
    return place.plus(dice.uniform(-spread, spread), dice.uniform(-spread, spread));
  }
}
