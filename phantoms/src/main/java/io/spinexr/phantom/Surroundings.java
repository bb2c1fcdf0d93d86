package io.spinexr.phantom;

import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Solid;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/** What lies around the spine: muscle and fat, lungs, airways, bowel gas, skull and shoulders. */
final class Surroundings {
  private final Spine spine;
  private final Dice dice;
  private final List<Vertebra> bodies;
  private final double field;
  private final List<Shape> shapes = new ArrayList<>();

  private Surroundings(Spine spine, Dice dice) {
    this.spine = spine;
    this.dice = dice;
    this.bodies = spine.bodies();
    this.field = spine.fieldHeight();
  }

  static List<Shape> of(Spine spine, Dice dice) {
    return new Surroundings(spine, dice).draw();
  }

  private List<Shape> draw() {
    boolean lateral = spine.view() == View.LATERAL;
    switch (spine.region()) {
      case LUMBAR -> {
        if (lateral) {
          lateralAbdomen();
        } else {
          frontalAbdomen();
        }
      }
      case THORACIC -> {
        if (lateral) {
          lateralChest();
        } else {
          frontalChest();
        }
      }
      case CERVICAL -> {
        if (lateral) {
          lateralNeck();
        } else {
          frontalNeck();
        }
      }
    }
    return shapes;
  }

  private void blob(double x, double y, double rx, double ry, double attenuation) {
    shapes.add(new Blob(new Point(x, y), rx, ry, 0, attenuation, false));
  }

  private void haze(double x, double y, double rx, double ry, double attenuation) {
    shapes.add(new Blob(new Point(x, y), rx, ry, 0, attenuation, true));
  }

  private void gas(double x, double y, double size) {
    int bubbles = dice.between(2, 5);
    for (int i = 0; i < bubbles; i++) {
      shapes.add(
          new Blob(
              new Point(x + dice.uniform(-size, size), y + dice.uniform(-size, size)),
              size * dice.uniform(0.4, 1),
              size * dice.uniform(0.3, 0.7),
              dice.uniform(-1, 1),
              -dice.uniform(0.1, 0.28),
              false));
    }
  }

  private void lateralAbdomen() {
    blob(dice.uniform(30, 45), 20, dice.uniform(125, 150), 420, dice.uniform(2.6, 3.4));
    haze(30, 0.45 * field, 120, 110, 0.7);
    haze(-45, 0.1 * field, 26, 160, 0.35);
    // The lungs' lower lobes above the diaphragm.
    double dome = -dice.uniform(0.32, 0.46) * field;
    shapes.add(
        new Solid(
            Shape.rounded(
                List.of(
                    new Point(-60, dome + 45),
                    new Point(-15, dome + 18),
                    new Point(45, dome - 12),
                    new Point(130, dome + 5),
                    new Point(130, -field),
                    new Point(-60, -field)),
                3),
            -0.75,
            0,
            1,
            1.5,
            0));
    for (int i = dice.between(1, 4); i > 0; i--) {
      gas(dice.uniform(40, 95), dice.uniform(-0.3, 0.3) * field, dice.uniform(9, 20));
    }
  }

  private void frontalAbdomen() {
    blob(dice.uniform(-6, 6), 20, dice.uniform(140, 175), 430, dice.uniform(2.2, 3));
    haze(0, 0.5 * field, 140, 90, 0.4);
    // The liver on the patient's right, at the left edge.
    shapes.add(
        new Blob(new Point(-85, -0.32 * field), 75, 62, 0.35, dice.uniform(0.25, 0.45), false));
    Vertebra top = bodies.get(6);
    Vertebra bottom = bodies.get(1);
    for (int side : new int[] {-1, 1}) {
      Point from = top.at(side * 1.0, 0);
      Point mid = bodies.get(3).at(side * 1.9, 0);
      Point to = bottom.at(side * 2.3, -1);
      shapes.add(
          new Solid(
              Shape.rounded(
                  List.of(
                      from, mid, to, bottom.at(side * 0.8, -1), bodies.get(3).at(side * 0.6, 0)),
                  2),
              dice.uniform(0.1, 0.2),
              0,
              1,
              2,
              0));
      shapes.add(
          new Blob(
              bodies.get(5).at(side * 2.3, -0.5).plus(0, side * 6),
              22,
              44,
              side * 0.2,
              0.16,
              false));
    }
    for (int i = dice.between(2, 6); i > 0; i--) {
      gas(dice.side() * dice.uniform(15, 95), dice.uniform(-0.2, 0.4) * field, dice.uniform(8, 18));
    }
  }

  private void lateralChest() {
    blob(45, 20, dice.uniform(120, 140), 380, dice.uniform(2.5, 3.1));
    haze(-60, 0, 22, 200, 0.4);
    haze(10, -0.62 * field, 120, 0.34 * field, dice.uniform(0.8, 1.4));
    // Lungs in front of and behind the heart.
    double base = dice.uniform(0.2, 0.34) * field;
    shapes.add(
        new Solid(
            Shape.rounded(
                List.of(
                    new Point(-42, base + 42),
                    new Point(5, base + 8),
                    new Point(55, base - 22),
                    new Point(110, base),
                    new Point(120, -0.4 * field),
                    new Point(60, -0.75 * field),
                    new Point(-20, -0.75 * field),
                    new Point(-48, -0.2 * field)),
                3),
            -dice.uniform(0.75, 1),
            0,
            1,
            2,
            0));
    haze(75, 0.12 * field, 55, 60, 0.7);
    shapes.add(
        new Stroke(
            List.of(new Point(42, -field), new Point(46, -0.1 * field)), 8, -0.25, 3, false));
  }

  private void frontalChest() {
    blob(0, 20, dice.uniform(150, 175), 420, dice.uniform(1.9, 2.5));
    double base = dice.uniform(0.3, 0.42) * field;
    for (int side : new int[] {-1, 1}) {
      double dome = base + (side < 0 ? -10 : 0);
      double border = side > 0 ? 46 : 27;
      shapes.add(
          new Solid(
              Shape.rounded(
                  List.of(
                      new Point(side * border, dome - 6),
                      new Point(side * 85, dome - 22),
                      new Point(side * 140, dome + 25),
                      new Point(side * 135, -0.2 * field),
                      new Point(side * 75, -0.72 * field),
                      new Point(side * 27, -0.6 * field),
                      new Point(side * 24, -0.15 * field)),
                  3),
              -dice.uniform(0.8, 1.05),
              0,
              1,
              2.5,
              0));
      // Clavicle.
      Point sternal = new Point(side * 14, -0.4 * field);
      shapes.add(
          Shape.bone(
              4.5, 0.2, sternal, sternal.plus(side * 45, -16), sternal.plus(side * 110, -26)));
    }
    haze(14, 0.15 * field, 60, 75, 0.5);
    haze(0, 0.62 * field, 150, 0.3 * field, 0.7);
    shapes.add(
        new Stroke(List.of(new Point(0, -field), new Point(2, -0.18 * field)), 8, -0.28, 3, false));
  }

  private void lateralNeck() {
    blob(dice.uniform(8, 14), 0, dice.uniform(60, 72), 300, dice.uniform(1.3, 1.8));
    // Shoulders and skull.
    haze(10, 0.66 * field, 120, 0.36 * field, dice.uniform(1.6, 2.4));
    Vertebra axis = bodies.get(Bones.AXIS);
    Point skull = axis.at(-0.4, 4.2).plus(-14, -40);
    shapes.add(new Solid(Shape.ellipse(skull, 70, 42, -0.12, 28), 0.6, 0.5, 5, 1, 0.1));
    Point angle = axis.at(1, 0).plus(17, dice.uniform(-14, 2));
    List<Point> mandible =
        List.of(
            angle,
            angle.plus(-8, -60),
            angle.plus(24, -60),
            angle.plus(24, -20),
            angle.plus(40, -10),
            angle.plus(80, 0),
            angle.plus(76, 26),
            angle.plus(30, 16),
            angle.plus(8, 10));
    shapes.add(new Solid(Shape.rounded(mandible, 2), 0.3, 0.34, 3.5, 0.8, 0.2));
    for (int tooth = 0; tooth < 5; tooth++) {
      shapes.add(new Blob(angle.plus(34 + 9 * tooth, -16 + 2 * tooth), 3.6, 10, -0.1, 0.6, false));
    }
    List<Point> airway = new ArrayList<>();
    for (Vertebra v : bodies) {
      airway.add(v.at(1, 0).plus(12, 0));
    }
    shapes.add(new Stroke(airway, dice.uniform(5.5, 7.5), -0.55, 2, false));
    Point hyoid = axis.at(1, 0).plus(30, dice.uniform(28, 36));
    shapes.add(Shape.bone(2, 0.25, hyoid.plus(-9, -3), hyoid.plus(9, 1)));
  }

  private void frontalNeck() {
    blob(0, 0, dice.uniform(56, 66), 300, dice.uniform(1.3, 1.7));
    haze(0, 0.64 * field, 170, 0.4 * field, dice.uniform(1.0, 1.6));
    for (int side : new int[] {-1, 1}) {
      // The lungs' tips and the clavicles.
      haze(side * 38, 0.52 * field, 30, 42, -0.5);
      Point sternal = new Point(side * 16, 0.47 * field);
      shapes.add(
          Shape.bone(4, 0.25, sternal, sternal.plus(side * 40, -10), sternal.plus(side * 90, -18)));
    }
    double chin = -dice.uniform(0.36, 0.44) * field;
    haze(0, -0.66 * field, 95, 0.34 * field, 1.4);
    shapes.add(
        new Stroke(
            Shape.curve(
                new Point(-52, -0.62 * field),
                new Point(0, 2 * chin + 0.55 * field),
                new Point(52, -0.62 * field),
                10),
            7,
            0.45,
            1,
            true));
    shapes.add(
        new Stroke(
            List.of(new Point(0, chin), new Point(dice.uniform(-4, 4), field)),
            dice.uniform(6, 8),
            -0.32,
            3,
            false));
  }
}
