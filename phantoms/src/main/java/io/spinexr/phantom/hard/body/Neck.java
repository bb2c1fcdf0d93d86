package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/** What lies around a cervical spine: skull, jaw, airway, shoulders. */
final class Neck {
  private Neck() {}

  static void draw(Scene scene, Dice dice) {
    if (scene.lateral()) {
      lateral(scene, dice);
    } else {
      frontal(scene, dice);
    }
  }

  /** C2 with its dens, and the arches of C1 around it. */
  static void top(Scene scene, Vertebra axis) {
    double h = axis.height();
    double[][] plan = {
      {-1, -1},
      {1.05, -1.15},
      {0.95, 0.2},
      {0.5, 1.1},
      {0.42, 2.9},
      {0, 3.3},
      {-0.42, 2.9},
      {-0.55, 1.1},
      {-0.95, 0.5}
    };
    List<Point> outline = new ArrayList<>();
    for (double[] p : plan) {
      outline.add(axis.at(p[0], p[1]));
    }
    scene.plate(0.4, 0.16, 1.6, Shape.rounded(outline, 2));
    if (scene.lateral()) {
      scene.plate(0.25, 0.2, 1.4, Shape.ellipse(axis.at(1.05, 2.3), 0.2 * h, 0.32 * h, 0.1, 12));
      scene.tube(
          0.2 * h, 0.24, 0.8, List.of(axis.at(-1.5, 2.2), axis.at(-2.6, 2.3), axis.at(-3.2, 2)));
      scene.tube(
          0.28 * h,
          0.24,
          0.8,
          List.of(axis.at(-1.3, 0.2), axis.at(-2.4, -0.4), axis.at(-3.6, -1.2)));
    } else {
      for (int side : new int[] {-1, 1}) {
        scene.sharp().add(new Blob(axis.at(side * 0.95, 1.9), 6, 7, side * 0.5, 0.35, false));
      }
    }
  }

  private static void lateral(Scene scene, Dice dice) {
    double f = scene.field();
    double girth = scene.patient().girth();
    double mineral = scene.patient().mineral();
    scene.organ(dice.uniform(6, 14), 0, dice.uniform(56, 68) * girth, 300, 0, 1.5 * girth);
    scene.haze(8, 0.64 * f, 130, dice.uniform(0.3, 0.44) * f, dice.uniform(1.6, 3));
    Vertebra axis = scene.bodies().get(Skeleton.AXIS);
    Point skull = axis.at(-0.4, 4.2).plus(-14, -40);
    scene.plate(0.6, 0.3, 5, Shape.ellipse(skull, 70, 42, -0.12, 28));
    scene.organ(skull.x() + 10, skull.y() + 25, 26, 16, 0.2, 0.7);
    for (int half = 0; half < 2; half++) {
      jaw(scene, axis.at(1, 0).plus(17 + dice.uniform(-5, 5), dice.uniform(-16, 0)), dice);
    }
    List<Point> airway = new ArrayList<>();
    for (Vertebra v : scene.bodies()) {
      airway.add(v.at(1, 0).plus(dice.uniform(11, 13), 0));
    }
    scene.soft().add(new Stroke(airway, dice.uniform(5.5, 8), -0.42, 2, false));
    Point hyoid = axis.at(1, 0).plus(30, dice.uniform(26, 36));
    scene.tube(2.2, 0.2 * mineral, 0.8, List.of(hyoid.plus(-11, -4), hyoid.plus(9, 1)));
    // The larynx calcifies with age, as spurs do.
    if (scene.patient().age() > 40 && dice.chance(0.5)) {
      for (int i = 0; i < 7; i++) {
        Point grain = Scene.near(hyoid.plus(2, 28), 11, dice);
        scene.line(1, 0.16, 1, grain, Scene.near(grain, 5, dice));
      }
    }
    for (int side = 0; side < 2; side++) {
      Point from = new Point(dice.uniform(-50, -20), dice.uniform(0.4, 0.5) * f);
      scene.tube(5, 0.14 * mineral, 1, List.of(from, from.plus(110, dice.uniform(5, 40))));
    }
  }

  private static void jaw(Scene scene, Point angle, Dice dice) {
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
    scene.plate(0.2, 0.2, 4, Shape.rounded(mandible, 2));
    for (int tooth = 0; tooth < 5; tooth++) {
      double dense = dice.chance(0.15) ? 1.4 : 0.3;
      Point crown = angle.plus(34 + 9 * tooth, -16 + 2 * tooth);
      scene.sharp().add(new Blob(crown, 3.6, 10, -0.1, dense, false));
    }
  }

  private static void frontal(Scene scene, Dice dice) {
    double f = scene.field();
    double mineral = scene.patient().mineral();
    double girth = scene.patient().girth();
    scene.organ(0, 0, dice.uniform(54, 64) * girth, 300, 0, 1.5 * girth);
    scene.haze(0, 0.64 * f, 180, 0.42 * f, dice.uniform(1.2, 2));
    for (int side : new int[] {-1, 1}) {
      // The slope from neck to shoulder, and a muscle from ear to breastbone.
      scene.haze(side * dice.uniform(75, 95), dice.uniform(0.4, 0.55) * f, 70, 0.5 * f, 1.1);
      scene.region(
          dice.uniform(0.05, 0.16),
          3,
          new Point(side * 52, -0.4 * f),
          new Point(side * 60, -0.3 * f),
          new Point(side * 16, 0.5 * f),
          new Point(side * 4, 0.5 * f));
      scene.organ(side * 40, 0.56 * f, 30, 46, 0, -0.5);
      Point sternal = new Point(side * 16, dice.uniform(0.42, 0.5) * f);
      scene.tube(
          dice.uniform(4.5, 6),
          0.22 * mineral,
          1,
          Shape.curve(sternal, sternal.plus(side * 40, -2), sternal.plus(side * 90, -22), 8));
      for (int rib = 0; rib < 2; rib++) {
        Point root = new Point(side * 18, (0.34 + 0.11 * rib) * f);
        scene.tube(
            3.5,
            0.2 * mineral,
            1,
            Shape.curve(root, root.plus(side * 34, -16), root.plus(side * 50, 30), 9));
      }
    }
    double chin = -dice.uniform(0.3, 0.44) * f;
    scene.haze(0, -0.66 * f, 105, 0.36 * f, 1.9);
    for (double y = 0; y < 20; y += 16) {
      scene.tube(
          dice.uniform(5, 9),
          0.2 * mineral,
          2,
          Shape.curve(
              new Point(-54, -0.66 * f),
              new Point(dice.uniform(-5, 5), 2 * chin + (0.55 + 0.01 * y) * f - y),
              new Point(54, -0.66 * f),
              12));
    }
    scene
        .soft()
        .add(
            new Stroke(
                List.of(new Point(0, chin), new Point(dice.uniform(-5, 5), f)),
                dice.uniform(6, 8.5),
                -dice.uniform(0.25, 0.45),
                3,
                false));
  }
}
