package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/** What lies before and behind a thoracic spine. */
final class Chest {
  private Chest() {}

  static void draw(Scene scene, Dice dice) {
    if (scene.lateral()) {
      lateral(scene, dice);
    } else {
      frontal(scene, dice);
    }
  }

  private static void lateral(Scene scene, Dice dice) {
    double f = scene.field();
    double girth = scene.patient().girth();
    scene.organ(45, 20, 130 * girth, 400, 0, 2.7 * girth);
    scene.haze(-62, 0, 22, 220, 0.35);
    double base = dice.uniform(0.16, 0.36) * f;
    for (int side = 0; side < 2; side++) {
      double y = base + side * dice.uniform(3, 16);
      scene.region(
          -dice.uniform(0.42, 0.55),
          2,
          new Point(-46, y + 46),
          new Point(2, y + 8),
          new Point(55, y - 22),
          new Point(110, y),
          new Point(125, -0.4 * f),
          new Point(60, -0.8 * f),
          new Point(-22, -0.8 * f),
          new Point(-52, -0.2 * f));
    }
    scene.haze(78, 0.12 * f, 60, 65, 0.8);
    scene.haze(40, 0.02 * f, 26, 30, 0.3);
    vessels(scene, new Point(42, 0), 100, 0.5, dice);
    scene.line(8, -0.22, 3, new Point(42, -f), new Point(46, -0.1 * f));
    arms(scene, dice);
    if (scene.patient().female() && dice.chance(0.7)) {
      scene.organ(135, 0.1 * f, dice.uniform(35, 60), dice.uniform(40, 65), 0, 0.7);
    }
    for (Vertebra v : scene.bodies()) {
      lateralRibs(scene, v, dice);
    }
  }

  /** Raised arms, shoulder blades and shoulders, of both sides one over the other. */
  private static void arms(Scene scene, Dice dice) {
    double f = scene.field();
    double mineral = scene.patient().mineral();
    scene.haze(12, -0.6 * f, 120, dice.uniform(0.24, 0.36) * f, dice.uniform(0.9, 1.8));
    for (int side = 0; side < 2; side++) {
      Point head = new Point(dice.uniform(0, 40), -dice.uniform(0.36, 0.48) * f);
      scene.organ(head.x(), head.y(), 22, 22, 0, 0.3 * mineral);
      scene.tube(
          dice.uniform(10, 13),
          0.2 * mineral,
          1.2,
          List.of(head, head.plus(dice.uniform(20, 60), -120)));
      Point tip = new Point(-dice.uniform(5, 32), dice.uniform(-0.12, 0.04) * f);
      scene.plate(
          0.05,
          0.14,
          3,
          Shape.rounded(
              List.of(head.plus(-8, 4), head.plus(-44, -6), tip.plus(-6, 0), tip.plus(4, 2)), 2));
    }
  }

  static void lateralRibs(Scene scene, Vertebra v, Dice dice) {
    double h = v.height();
    for (int side : new int[] {-1, 1}) {
      Point root = v.at(-1.1, 0.5).plus(0, side * dice.uniform(0.05, 0.5) * h);
      Point back = root.plus(-2.3 * h, 1.1 * h);
      Point low = root.plus(dice.uniform(0.2, 1.2) * h, dice.uniform(3.2, 3.8) * h);
      Point front = root.plus(5 * h, dice.uniform(5.5, 6.5) * h);
      List<Point> path = new ArrayList<>(Shape.curve(root, back, low, 8));
      path.addAll(Shape.curve(low, low.plus(0.8 * h, h), front, 6).subList(1, 6));
      scene.tube(
          dice.uniform(2.8, 4.2), dice.uniform(0.08, 0.14) * scene.patient().mineral(), 1, path);
    }
  }

  /** Branches that run out from a root and get thinner. */
  private static void vessels(Scene scene, Point hilum, double reach, double drop, Dice dice) {
    for (int i = 0; i < 9; i++) {
      double angle = dice.uniform(0, 2 * Math.PI);
      Point end =
          hilum.plus(
              reach * StrictMath.cos(angle) * dice.uniform(0.5, 1),
              (1 - 0.4 * drop) * reach * StrictMath.sin(angle) * dice.uniform(0.5, 1));
      Point bend = Scene.near(hilum.towards(end, 0.5), 0.15 * reach, dice);
      List<Point> path = Shape.curve(hilum, bend, end, 7);
      scene.sharp().add(new Stroke(path.subList(0, 4), 2.4, 0.08, 2, false));
      scene.sharp().add(new Stroke(path.subList(3, 7), 1.3, 0.05, 1.5, false));
      scene
          .sharp()
          .add(new Stroke(List.of(bend, Scene.near(end, 0.3 * reach, dice)), 1, 0.04, 1.5, false));
    }
  }

  private static void frontal(Scene scene, Dice dice) {
    double f = scene.field();
    double girth = scene.patient().girth();
    scene.organ(0, 20, 155 * girth, 430, 0, 2.3 * girth);
    double base = dice.uniform(0.26, 0.42) * f;
    for (int side : new int[] {-1, 1}) {
      double dome = base + (side < 0 ? -10 : 0);
      double border = side > 0 ? dice.uniform(40, 60) : dice.uniform(22, 30);
      scene.region(
          -dice.uniform(0.75, 1.0),
          2.5,
          new Point(side * border, dome - 6),
          new Point(side * 85, dome - 22),
          new Point(side * 140, dome + 25),
          new Point(side * 138, -0.2 * f),
          new Point(side * 75, -0.76 * f),
          new Point(side * 27, -0.66 * f),
          new Point(side * 23, -0.15 * f));
      vessels(scene, new Point(side * 34, 0.02 * f), 85, 1, dice);
      Point sternal = new Point(side * 14, -dice.uniform(0.34, 0.42) * f);
      scene.tube(
          dice.uniform(4.5, 6),
          0.16 * scene.patient().mineral(),
          1,
          Shape.curve(sternal, sternal.plus(side * 60, -4), sternal.plus(side * 120, -40), 8));
      for (Vertebra v : scene.bodies()) {
        frontalRib(scene, v, side, dice);
      }
      if (scene.patient().female() && dice.chance(0.6)) {
        scene.organ(side * 85, 0.22 * f, 60, dice.uniform(40, 60), 0, dice.uniform(0.2, 0.5));
      }
    }
    // Heart, great vessels, the arch of the aorta, the upper abdomen.
    scene.organ(18, 0.16 * f, dice.uniform(48, 66), 62, -0.5, 0.75);
    scene.haze(2, -0.1 * f, 38, 0.4 * f, 0.6);
    scene.organ(22, -0.2 * f, 15, 15, 0, 0.25);
    scene.line(10, dice.uniform(0.04, 0.12), 3, new Point(24, -0.16 * f), new Point(15, 0.4 * f));
    scene.haze(0, 0.62 * f, 160, 0.34 * f, 0.9);
    scene
        .soft()
        .add(
            new Stroke(
                List.of(new Point(0, -f), new Point(2, -0.18 * f)),
                dice.uniform(7, 9),
                -0.28,
                3,
                false));
    scene.haze(0, -0.62 * f, 120, 0.26 * f, 0.5);
  }

  private static void frontalRib(Scene scene, Vertebra v, int side, Dice dice) {
    double h = v.height();
    double mineral = scene.patient().mineral();
    Point root = v.at(side * 0.98, 0.85);
    Point rise = root.plus(side * 1.8 * h, -dice.uniform(0.5, 0.9) * h);
    Point out = root.plus(side * 4.6 * h, dice.uniform(0.8, 1.5) * h);
    List<Point> path = new ArrayList<>(Shape.curve(root, rise, out, 8));
    Point edge = out.plus(side * 1.2 * h, 1.2 * h);
    path.addAll(Shape.curve(out, edge, edge.plus(-side * 1.5 * h, 2.6 * h), 7).subList(1, 7));
    scene.tube(dice.uniform(3, 4), 0.2 * mineral, 0.9, path);
    if (scene.patient().age() > 45 && dice.chance(0.4)) {
      // Calcified cartilage at the rib's front end.
      Point front = edge.plus(-side * 1.9 * h, 2.7 * h);
      for (int i = 0; i < 5; i++) {
        Point grain = Scene.near(front, 5, dice);
        scene.line(0.9, 0.22, 1, grain, Scene.near(grain, 4, dice));
      }
    }
  }
}
