package io.spinexr.phantom.other;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.drawing.Acquisition;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Grain;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Pose;
import io.spinexr.phantom.drawing.Renderer;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Solid;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/**
 * Radiographs of other parts of the body, drawn simply, in millimetres, and taken as those of the
 * spine are.
 */
final class BodyParts {
  private BodyParts() {}

  /**
   * Takes the radiograph.
   *
   * @param field height that the image shows, in millimetres
   */
  private static GrayscaleImage taken(List<Shape> shapes, double field, Dice dice) {
    Acquisition acquisition = Acquisition.random(dice.split());
    double scale = dice.uniform(0.2, 0.5);
    int width = (int) (acquisition.width() * scale);
    int height = (int) (acquisition.height() * scale);
    Pose pose =
        new Pose(
            width,
            height,
            height / field,
            dice.uniform(-0.25, 0.25),
            dice.chance(0.5),
            new Point(dice.uniform(-0.06, 0.06) * field, dice.uniform(-0.06, 0.06) * field));
    float[] texture = new float[width * height];
    Grain.add(texture, width, height, 2, 0.8, dice.split());
    Renderer renderer = new Renderer(pose, texture);
    renderer.add(shapes);
    float[] attenuation = renderer.attenuation();
    Grain.add(attenuation, width, height, height / 8.0, 0.08, dice.split());
    for (int i = 0; i < attenuation.length; i++) {
      attenuation[i] = Math.max(0, attenuation[i]);
    }
    return levels(acquisition.expose(attenuation, width, height, scale, dice.split()), width);
  }

  /** Darkest to 0, brightest to 255. */
  private static GrayscaleImage levels(short[] values, int width) {
    int least = Acquisition.LARGEST;
    int most = 0;
    for (short value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((values[i] - least) * 255 / Math.max(1, most - least));
    }
    return new GrayscaleImage(width, values.length / width, pixels);
  }

  static GrayscaleImage none(Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    for (int i = dice.between(0, 2); i > 0; i--) {
      Point from = new Point(dice.uniform(-100, 100), dice.uniform(-130, 130));
      shapes.add(
          Shape.metal(
              dice.uniform(1, 12),
              dice.uniform(0.1, 3),
              from,
              from.plus(dice.uniform(-80, 80), dice.uniform(-80, 80))));
    }
    return taken(shapes, 300, dice);
  }

  /** A bone between two points, thicker at its ends. */
  private static void bone(List<Shape> shapes, Point from, Point to, double radius) {
    shapes.add(new Stroke(List.of(from, to), radius, 0.9, 0.5, true));
    for (Point end : List.of(from, to)) {
      shapes.add(new Blob(end, 1.5 * radius, 1.3 * radius, 0, 0.6, false));
    }
  }

  private static void flesh(List<Shape> shapes, double radius, double attenuation, Point... path) {
    shapes.add(new Stroke(List.of(path), radius, attenuation, 4, false));
  }

  static GrayscaleImage hand(Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    Point wrist = new Point(0, 50);
    shapes.add(new Blob(new Point(0, 25), 42, 45, 0, 0.7, false));
    flesh(shapes, 28, 0.6, wrist, new Point(0, 170));
    bone(shapes, new Point(-11, 68), new Point(-13, 180), 8);
    bone(shapes, new Point(13, 70), new Point(12, 180), 6);
    for (int i = 0; i < 8; i++) {
      shapes.add(new Blob(wrist.plus(-20 + 13 * (i % 4), -6 + 13 * (i / 4)), 8, 7, 0, 0.8, false));
    }
    double spread = dice.uniform(0.12, 0.28);
    double size = dice.uniform(0.9, 1.1);
    for (int finger = 0; finger < 5; finger++) {
      double angle = finger == 0 ? -0.9 : (finger - 2.5) * spread;
      double[] lengths = finger == 0 ? new double[] {45, 34, 26} : new double[] {62, 42, 26, 19};
      Point at = wrist.plus(-18 + 9 * finger, -14);
      for (double length : lengths) {
        Point to =
            at.plus(size * length * StrictMath.sin(angle), -size * length * StrictMath.cos(angle));
        flesh(shapes, 9, 0.35, at, to);
        bone(shapes, at, at.towards(to, 0.92), 4);
        at = to;
      }
    }
    return taken(shapes, dice.uniform(260, 380), dice);
  }

  static GrayscaleImage skull(Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    boolean side = dice.chance(0.5);
    double wide = side ? 95 : 75;
    shapes.add(
        new Solid(
            Shape.ellipse(new Point(0, -25), wide, dice.uniform(80, 92), 0, 40),
            1.4,
            1.6,
            6,
            1,
            0.05));
    double face = side ? 50 : 0;
    shapes.add(new Blob(new Point(face, 60), side ? 45 : 55, 50, 0, 1, false));
    for (int eye : new int[] {-1, 1}) {
      Point orbit = new Point(face + (side ? 4 : 32) * eye, 15);
      shapes.add(new Blob(orbit, 19, 17, 0, -0.6, false));
      shapes.add(new Blob(orbit.plus(0, 38), 15, 17, 0, -0.6, false));
    }
    for (int tooth = -5; tooth <= 5; tooth++) {
      double x = face + (side ? 15 : 0) + 6.0 * tooth * (side ? 0.6 : 1);
      shapes.add(Shape.bone(2.5, 1.4, new Point(x, 76), new Point(x, 92)));
    }
    List<Point> jaw =
        Shape.curve(
            new Point(face - (side ? 50 : 60), 45),
            new Point(face - (side ? 40 : 0), dice.uniform(125, 150)),
            new Point(face + (side ? 35 : 60), side ? 100 : 45),
            12);
    shapes.add(new Stroke(jaw, 9, 1, 1, true));
    flesh(shapes, 45, 1, new Point(-10, 90), new Point(-15, 200));
    return taken(shapes, dice.uniform(260, 340), dice);
  }

  static GrayscaleImage knee(Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    double thick = dice.uniform(50, 75);
    flesh(shapes, thick, 1.2, new Point(0, -260), new Point(0, 0));
    flesh(shapes, 0.8 * thick, 1.2, new Point(0, 0), new Point(0, 260));
    double joint = dice.uniform(-30, 30);
    bone(shapes, new Point(-4, -280), new Point(0, joint - 30), dice.uniform(14, 18));
    for (int condyle : new int[] {-1, 1}) {
      shapes.add(new Blob(new Point(22 * condyle, joint - 22), 23, 22, 0, 1.1, false));
      shapes.add(new Blob(new Point(20 * condyle, joint + 22), 22, 15, 0, 1, false));
    }
    bone(shapes, new Point(0, joint + 30), new Point(3, 280), dice.uniform(13, 16));
    bone(shapes, new Point(34, joint + 40), new Point(26, 280), 6);
    shapes.add(new Blob(new Point(dice.uniform(-12, 12), joint - 50), 20, 22, 0, 0.7, false));
    return taken(shapes, dice.uniform(260, 420), dice);
  }

  static GrayscaleImage foot(Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    flesh(shapes, 42, 0.9, new Point(-60, -200), new Point(-60, 10));
    flesh(shapes, 34, 0.8, new Point(-85, 35), new Point(110, 50));
    bone(shapes, new Point(-62, -210), new Point(-58, -25), 15);
    bone(shapes, new Point(-82, -210), new Point(-78, -15), 6);
    shapes.add(new Blob(new Point(-50, 5), 27, 18, 0.2, 1, false));
    shapes.add(new Blob(new Point(-82, 40), 34, 19, -0.2, 1.1, false));
    for (int i = 0; i < 4; i++) {
      shapes.add(new Blob(new Point(-18 + 11 * i, 18 + 7 * (i % 2)), 11, 10, 0, 0.8, false));
    }
    double drop = dice.uniform(5, 13);
    for (int ray = 0; ray < 5; ray++) {
      Point from = new Point(22, 22 + 5 * ray);
      Point middle = new Point(78, 30 + drop * ray * 0.7);
      bone(shapes, from, middle, 5);
      bone(shapes, middle.plus(4, 1), middle.plus(30, 5), 4);
      bone(shapes, middle.plus(34, 6), middle.plus(50, 8), 4);
    }
    return taken(shapes, dice.uniform(300, 420), dice);
  }

  static GrayscaleImage pelvis(Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Blob(new Point(0, 0), 190, 260, 0, dice.uniform(2, 3), false));
    for (int side : new int[] {-1, 1}) {
      List<Point> wing =
          List.of(
              new Point(30 * side, -55),
              new Point(60 * side, -115),
              new Point(130 * side, -120),
              new Point(140 * side, -60),
              new Point(95 * side, 5),
              new Point(60 * side, 0));
      shapes.add(new Solid(Shape.rounded(wing, 3), 0.4, 0.6, 5, 1, 0.15));
      Point head = new Point(95 * side, 30);
      shapes.add(new Blob(head, 25, 25, 0, 1, false));
      shapes.add(new Stroke(List.of(head, new Point(135 * side, 60)), 15, 0.8, 1, true));
      shapes.add(
          new Stroke(
              List.of(new Point(135 * side, 50), new Point(125 * side, 260)), 17, 1, 1, true));
      shapes.add(
          new Stroke(
              Shape.ellipse(new Point(42 * side, 70), 26, 32, 0.4 * side, 24), 8, 0.8, 1, true));
    }
    shapes.add(new Blob(new Point(0, dice.uniform(-20, 30)), 40, 30, 0, -0.2, true));
    return taken(shapes, dice.uniform(330, 430), dice);
  }

  static GrayscaleImage chest(Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Blob(new Point(0, 20), 190, 300, 0, dice.uniform(1.8, 2.6), false));
    for (int side : new int[] {-1, 1}) {
      shapes.add(
          new Blob(
              new Point(78 * side, -10), 62, dice.uniform(120, 145), -0.12 * side, -1.2, false));
      for (int rib = 0; rib < 9; rib++) {
        double y = -130 + 28 * rib;
        List<Point> arc =
            Shape.curve(
                new Point(22 * side, y),
                new Point(150 * side, y - 5),
                new Point((95 + 4 * rib) * side, y + 70),
                16);
        shapes.add(new Stroke(arc, 5, 0.3, 0.8, true));
      }
      shapes.add(
          new Stroke(
              List.of(new Point(14 * side, -140), new Point(130 * side, -165)), 7, 0.5, 1, true));
    }
    shapes.add(new Blob(new Point(22, 50), dice.uniform(48, 68), 60, 0.5, 0.9, false));
    shapes.add(new Blob(new Point(0, -60), 26, 90, 0, 0.5, true));
    shapes.add(new Blob(new Point(-70, 160), 90, 50, 0, 0.8, false));
    return taken(shapes, dice.uniform(330, 420), dice);
  }
}
