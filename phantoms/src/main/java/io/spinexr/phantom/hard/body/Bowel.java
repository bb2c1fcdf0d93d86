package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import java.util.List;

/** Gas and stool, which hide or imitate what lies behind them. */
final class Bowel {
  private Bowel() {}

  static void draw(Scene scene, Dice dice) {
    double f = scene.field();
    boolean lateral = scene.lateral();
    double ahead = lateral ? 62 : 0;
    double wide = lateral ? 0.3 : 1;
    double plenty = dice.uniform(0, 1);
    List<List<Point>> colon =
        List.of(
            List.of(at(ahead - 92 * wide, 0.3 * f), at(ahead - 98 * wide, -0.05 * f)),
            List.of(
                at(ahead - 80 * wide, -0.12 * f),
                at(ahead, dice.uniform(-0.08, 0.12) * f),
                at(ahead + 85 * wide, -0.2 * f)),
            List.of(at(ahead + 100 * wide, -0.12 * f), at(ahead + 96 * wide, 0.25 * f)),
            List.of(
                at(ahead + 70 * wide, 0.33 * f),
                at(ahead + 20 * wide, dice.uniform(0.26, 0.4) * f),
                at(ahead - 10, 0.48 * f)));
    for (List<Point> part : colon) {
      if (dice.chance(0.35 + 0.5 * plenty)) {
        segment(scene, part, plenty, dice);
      }
    }
    for (int i = dice.between(1, 3 + (int) (10 * plenty)); i > 0; i--) {
      Point loop = at(ahead + dice.uniform(-75, 75) * wide, dice.uniform(-0.15, 0.35) * f);
      pocket(scene, loop, dice.uniform(5, 13), dice.uniform(0.06, 0.28), dice);
    }
    if (dice.chance(0.6)) {
      Point stomach = at(ahead + dice.uniform(40, 70) * wide, -dice.uniform(0.3, 0.42) * f);
      scene.pocket(stomach, dice.uniform(18, 38), dice.uniform(12, 22), 0.3, 0.3, dice);
    }
  }

  private static Point at(double x, double y) {
    return new Point(x, y);
  }

  private static void segment(Scene scene, List<Point> path, double plenty, Dice dice) {
    boolean stool = dice.chance(0.45);
    double width = dice.uniform(11, 20);
    List<Point> centres =
        path.size() == 2
            ? Shape.curve(path.get(0), path.get(0).towards(path.get(1), 0.5), path.get(1), 7)
            : Shape.curve(path.get(0), path.get(1), path.get(2), 10);
    for (Point c : centres) {
      if (dice.chance(0.25)) {
        continue;
      }
      Point centre = Scene.near(c, 5, dice);
      if (stool) {
        stool(scene, centre, width, dice);
      } else {
        // One pouch of the colon between two folds.
        double rx = width * dice.uniform(0.6, 1.15);
        scene.pocket(
            centre,
            rx,
            rx * dice.uniform(0.6, 0.95),
            dice.uniform(-0.8, 0.8),
            dice.uniform(0.12, 0.25 + 0.2 * plenty),
            dice);
      }
    }
  }

  /** Lumps with gas between them. */
  private static void stool(Scene scene, Point centre, double width, Dice dice) {
    scene.soft().add(new Blob(centre, width, 0.9 * width, 0, -0.08, true));
    for (int i = 0; i < 11; i++) {
      Point lump = Scene.near(centre, 0.8 * width, dice);
      double size = dice.uniform(1.5, 4.5);
      scene
          .sharp()
          .add(
              new Blob(
                  lump,
                  size,
                  size * dice.uniform(0.5, 1),
                  dice.uniform(-1.5, 1.5),
                  dice.uniform(-0.2, 0.07),
                  true));
    }
  }

  private static void pocket(Scene scene, Point place, double size, double air, Dice dice) {
    for (int i = dice.between(1, 4); i > 0; i--) {
      scene.pocket(
          Scene.near(place, size, dice),
          size * dice.uniform(0.5, 1.1),
          size * dice.uniform(0.35, 0.8),
          dice.uniform(-1, 1),
          air * dice.uniform(0.6, 1.1),
          dice);
    }
  }
}
