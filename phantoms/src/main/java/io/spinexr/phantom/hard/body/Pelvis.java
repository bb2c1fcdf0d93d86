package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/** Sacrum and iliac bones below a lumbar spine. */
final class Pelvis {
  private Pelvis() {}

  static void draw(Scene scene, Dice dice) {
    if (scene.lateral()) {
      lateral(scene, dice);
    } else {
      frontal(scene, dice);
    }
  }

  private static void lateral(Scene scene, Dice dice) {
    Vertebra s1 = scene.bodies().get(0);
    double[][] plan = {
      {-0.95, 1.0},
      {-0.5, 1.0},
      {0.5, 1.0},
      {0.95, 1.0},
      {0.9, 0.7},
      {0.62, 0},
      {0.45, -1.0},
      {0.15, -2.2},
      {-0.1, -3.4},
      {-0.2, -4.6},
      {0.05, -6.0},
      {-0.1, -6.4},
      {-0.5, -5.6},
      {-0.85, -4.2},
      {-1.15, -3.0},
      {-1.5, -1.6},
      {-1.7, -0.2},
      {-1.35, 0.6}
    };
    scene.plate(0.24, 0.12, 2.2, Shape.rounded(at(s1, plan), 2));
    scene.line(0.8, 0.22, 0.8, s1.endplate(1).toArray(Point[]::new));
    scene.line(1, 0.1, 0.8, s1.at(-0.9, -1.2), s1.at(0.4, -1.0));
    scene.line(1, 0.1, 0.8, s1.at(-0.8, -3), s1.at(0, -2.6));
    for (int side : new int[] {-1, 1}) {
      Point top = s1.at(0.1, 2.0).plus(side * 4 + dice.uniform(-4, 4), side * dice.uniform(2, 7));
      List<Point> wing = new ArrayList<>();
      wing.addAll(Shape.curve(top.plus(-48, 42), top.plus(-40, -6), top, 8));
      wing.addAll(Shape.curve(top, top.plus(34, 2), top.plus(46, 48), 8).subList(1, 8));
      wing.add(top.plus(20, 150));
      wing.add(top.plus(-40, 150));
      scene.plate(0.14, 0.1, 3, wing);
      scene.line(1.2, 0.1, 1.2, s1.at(-0.4, -0.5), s1.at(0.2, -3).plus(side * 8, 10));
    }
    // The hips' heads at the lower edge.
    scene.organ(s1.at(0.9, -5).x() + 15, s1.at(0, -5.5).y() + 10, 28, 28, 0, 0.5);
  }

  private static void frontal(Scene scene, Dice dice) {
    Vertebra s1 = scene.bodies().get(0);
    double[][] plan = {
      {-1.9, 0.4},
      {-1.2, 0.75},
      {-0.95, 1.0},
      {0.95, 1.0},
      {1.2, 0.75},
      {1.9, 0.4},
      {1.55, -2.0},
      {0.5, -5.2},
      {-0.5, -5.2},
      {-1.55, -2.0}
    };
    scene.plate(0.26, 0.09, 3, Shape.rounded(at(s1, plan), 2));
    scene.line(1, 0.16, 0.9, s1.endplate(1).toArray(Point[]::new));
    for (int side : new int[] {-1, 1}) {
      for (int row = 0; row < 4; row++) {
        Point hole = s1.at(side * (0.72 - 0.09 * row), -0.9 - 1.2 * row);
        scene.sharp().add(new Blob(hole, 5, 3.4, side * 0.4, -0.18, true));
        List<Point> arch = Shape.curve(hole.plus(-7, 1), hole.plus(-side, -8), hole.plus(7, 1), 7);
        scene.sharp().add(new Stroke(arch, 0.8, 0.13 * scene.patient().mineral(), 1, false));
      }
      wing(scene, s1, side, dice);
    }
  }

  private static void wing(Scene scene, Vertebra s1, int side, Dice dice) {
    Point joint = s1.at(side * 1.55, 0.5);
    Point top = joint.plus(side * dice.uniform(32, 40), -dice.uniform(26, 38));
    Point outer = joint.plus(side * 82, -dice.uniform(0, 12));
    List<Point> wing = new ArrayList<>();
    wing.addAll(Shape.curve(joint, joint.plus(side * 10, -26), top, 6));
    wing.addAll(Shape.curve(top, top.plus(side * 34, -8), outer, 7).subList(1, 7));
    wing.addAll(Shape.curve(outer, joint.plus(side * 72, 60), joint.plus(side * 30, 110), 6));
    wing.add(s1.at(side * 1.3, -3.4));
    wing.add(s1.at(side * 1.35, -1.5));
    scene.plate(0.2, 0.16, 4, Shape.rounded(wing, 1));
    // The sacroiliac joint: two lines with a dark one between them.
    Point foot = s1.at(side * 1.2, -3.2);
    Point bend = s1.at(side * 1.62, -1.2);
    for (int wall = -1; wall <= 1; wall++) {
      Point[] path = Shape.curve(joint, bend, foot, 8).stream().toArray(Point[]::new);
      for (int i = 0; i < path.length; i++) {
        path[i] = path[i].plus(wall * 1.9, 0);
      }
      scene.line(0.9, wall == 0 ? -0.16 : 0.16, 1, path);
    }
  }

  private static List<Point> at(Vertebra v, double[][] plan) {
    List<Point> points = new ArrayList<>();
    for (double[] p : plan) {
      points.add(v.at(p[0], p[1]));
    }
    return points;
  }
}
