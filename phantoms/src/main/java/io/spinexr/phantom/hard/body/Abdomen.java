package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import java.util.ArrayList;
import java.util.List;

/** What lies before and behind a lumbar spine. */
final class Abdomen {
  private Abdomen() {}

  static void draw(Scene scene, Dice dice) {
    if (scene.lateral()) {
      lateral(scene, dice);
    } else {
      frontal(scene, dice);
    }
    Bowel.draw(scene, dice.split());
  }

  private static void lateral(Scene scene, Dice dice) {
    double f = scene.field();
    double girth = scene.patient().girth();
    double depth = girth * dice.uniform(118, 138);
    scene.organ(dice.uniform(28, 42) + 40 * (girth - 1), 20, depth, 420, 0, 3.1 * girth);
    scene.haze(20, 0.5 * f, 130, 0.38 * f, 1.2 * girth);
    scene.haze(-52, 0.1 * f, 24, 170, 0.3);
    scene.haze(dice.uniform(60, 80), dice.uniform(-0.05, 0.1) * f, 60, 90, 0.35 * girth);
    double dome = -dice.uniform(0.3, 0.58) * f;
    for (int side = 0; side < 2; side++) {
      double y = dome + side * dice.uniform(4, 14);
      scene.region(
          -0.42,
          1.2,
          new Point(-64, y + 48),
          new Point(-18, y + 18),
          new Point(45, y - 12),
          new Point(130, y + 5),
          new Point(130, -f),
          new Point(-64, -f));
    }
    List<Vertebra> bodies = scene.bodies();
    for (int i = 6; i < bodies.size(); i++) {
      Chest.lateralRibs(scene, bodies.get(i), dice);
    }
  }

  private static void frontal(Scene scene, Dice dice) {
    double f = scene.field();
    double girth = scene.patient().girth();
    scene.organ(dice.uniform(-8, 8), 20, girth * dice.uniform(130, 165), 430, 0, 2.7 * girth);
    scene.haze(0, 0.52 * f, 150, 0.3 * f, 0.6 * girth);
    scene.organ(-88, -0.32 * f, 78, dice.uniform(55, 75), 0.35, dice.uniform(0.25, 0.5));
    scene.organ(88, -0.38 * f, 34, 40, -0.4, dice.uniform(0.1, 0.25));
    // Muscles and organs one over the other.
    for (int i = 0; i < 9; i++) {
      scene.organ(
          dice.uniform(-110, 110),
          dice.uniform(-0.5, 0.5) * f,
          dice.uniform(15, 60),
          dice.uniform(15, 70),
          dice.uniform(-0.8, 0.8),
          dice.uniform(-0.06, 0.12));
    }
    List<Vertebra> bodies = scene.bodies();
    Vertebra bottom = bodies.get(1);
    Vertebra middle = bodies.get(3);
    for (int side : new int[] {-1, 1}) {
      scene.region(
          dice.uniform(0.04, 0.18),
          dice.uniform(2, 5),
          bodies.get(6).at(side, 0),
          middle.at(side * dice.uniform(1.7, 2.0), 0),
          bottom.at(side * 2.4, -1),
          bottom.at(side * 0.8, -1),
          middle.at(side * 0.6, 0));
      Point kidney = bodies.get(5).at(side * 2.3, -0.5).plus(0, side * 6 - 6);
      scene.organ(kidney.x(), kidney.y(), 23, 45, side * 0.2, dice.uniform(0.05, 0.2));
      for (int i = 6; i < bodies.size(); i++) {
        rib(scene, bodies.get(i), side, i, dice);
      }
    }
    double dome = -dice.uniform(0.4, 0.6) * f;
    for (int side : new int[] {-1, 1}) {
      scene.region(
          -dice.uniform(0.6, 0.9),
          2,
          new Point(side * 24, dome - 8),
          new Point(side * 65, dome - 20),
          new Point(side * 118, dome + 45),
          new Point(side * 150, -f),
          new Point(side * 24, -f));
    }
  }

  private static void rib(Scene scene, Vertebra v, int side, int level, Dice dice) {
    double h = v.height();
    double length = Math.min(1, 0.22 + 0.3 * (level - 6)) * dice.uniform(0.85, 1.15);
    Point root = v.at(side * 1.0, 0.7);
    Point rise = root.plus(side * 2 * h * length, -0.5 * h);
    Point tip = root.plus(side * 5 * h * length, dice.uniform(1.2, 2.4) * h * length);
    List<Point> path = new ArrayList<>(Shape.curve(root, rise, tip, 9));
    scene.tube(dice.uniform(3, 4.2), 0.15 * scene.patient().mineral(), 0.9, path);
  }
}
