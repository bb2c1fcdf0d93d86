package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Region;
import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.List;

/** What is on or in a patient and is no lesion of the spine: clothing, clips, contrast, leads. */
final class Belongings {
  private Belongings() {}

  static void draw(Scene scene, Dice dice) {
    double f = scene.field();
    Region region = scene.spine().region();
    if (region != Region.CERVICAL && dice.chance(0.07)) {
      clips(scene, dice);
    }
    if (region != Region.CERVICAL && dice.chance(0.06)) {
      contrast(scene, dice);
    }
    if (dice.chance(0.1)) {
      leads(scene, dice);
    }
    if (region == Region.LUMBAR && dice.chance(0.12)) {
      trousers(scene, dice);
    }
    if (region != Region.LUMBAR && dice.chance(0.08)) {
      necklace(scene, dice);
    }
    if (region == Region.THORACIC && scene.patient().female() && dice.chance(0.15)) {
      brassiere(scene, dice);
    }
    if (dice.chance(0.25)) {
      folds(scene, dice);
    }
    if (dice.chance(0.08)) {
      for (int i = dice.between(1, 3); i > 0; i--) {
        Point button = new Point(dice.uniform(-60, 60), dice.uniform(-0.4, 0.4) * f);
        scene.sharp().add(new Blob(button, 5.5, 5.5, 0, 0.16, false));
        scene.sharp().add(new Blob(button.plus(1.5, 0), 0.8, 0.8, 0, -0.12, false));
        scene.sharp().add(new Blob(button.plus(-1.5, 0), 0.8, 0.8, 0, -0.12, false));
      }
    }
  }

  private static void clips(Scene scene, Dice dice) {
    Point bed = new Point(scene.lateral() ? 45 : -48, -0.18 * scene.field());
    for (int i = dice.between(3, 6); i > 0; i--) {
      Point clip = Scene.near(bed, 12, dice);
      scene.line(0.7, 1.2, 0.4, clip, Scene.near(clip, 6, dice));
    }
  }

  /** Barium left in pouches of the colon, or pills. */
  private static void contrast(Scene scene, Dice dice) {
    Point place = new Point(dice.uniform(-80, 95), dice.uniform(0, 0.35) * scene.field());
    for (int i = dice.between(3, 9); i > 0; i--) {
      double r = dice.uniform(1.5, 4);
      Point pouch = Scene.near(place, 26, dice);
      scene.sharp().add(new Blob(pouch, r, r * dice.uniform(0.7, 1), 0, 0.9, false));
    }
  }

  private static void leads(Scene scene, Dice dice) {
    double f = scene.field();
    for (int i = dice.between(1, 3); i > 0; i--) {
      Point pad = new Point(dice.uniform(-70, 70), dice.uniform(-0.35, 0.35) * f);
      scene.sharp().add(new Blob(pad, 6, 6, 0, 0.3, false));
      scene.sharp().add(new Blob(pad, 2, 2, 0, 1, false));
      List<Point> wire = Shape.curve(pad, Scene.near(pad, 90, dice), new Point(140, f), 12);
      scene.sharp().add(new Stroke(wire, 0.8, 0.45, 0.5, false));
    }
  }

  private static void trousers(Scene scene, Dice dice) {
    double y = dice.uniform(0.3, 0.45) * scene.field();
    if (dice.chance(0.5)) {
      for (double x = -150; x < 150; x += 5) {
        scene.sharp().add(new Blob(new Point(x, y + 0.02 * x), 1.8, 9, 0.1, 0.06, true));
      }
    } else {
      for (int tooth = 0; tooth < 16; tooth++) {
        Point place = new Point(6 + (tooth % 2) * 2.4, y + 2.3 * tooth);
        scene.line(1, 1.3, 0.4, place, place.plus(2, 0));
      }
    }
  }

  private static void necklace(Scene scene, Dice dice) {
    double f = scene.field();
    double y = (scene.spine().region() == Region.CERVICAL ? 0.3 : -0.3) * f;
    List<Point> chain =
        Shape.curve(
            new Point(-60, y - 60),
            new Point(dice.uniform(-10, 10), y + dice.uniform(50, 90)),
            new Point(60, y - 60),
            60);
    for (Point link : chain) {
      scene.sharp().add(new Blob(link, 1, 1, 0, 0.8, false));
    }
  }

  private static void brassiere(Scene scene, Dice dice) {
    double y = dice.uniform(0.05, 0.25) * scene.field();
    if (scene.lateral()) {
      Point hook = new Point(dice.uniform(-62, -50), y);
      scene.line(0.9, 1.1, 0.4, hook, hook.plus(3, 4), hook.plus(-1, 7));
    } else {
      for (int side : new int[] {-1, 1}) {
        Point under = new Point(side * 75, y + 55);
        List<Point> wire =
            Shape.curve(under.plus(-50, -45), under.plus(0, 40), under.plus(50, -50), 16);
        scene.sharp().add(new Stroke(wire, 0.9, 0.7, 0.5, false));
        scene.line(0.9, 1.1, 0.4, new Point(side * 3, y), new Point(side * 6, y + 3));
      }
    }
  }

  /** Creases of skin and cloth, faint long lines over everything. */
  private static void folds(Scene scene, Dice dice) {
    double f = scene.field();
    for (int i = dice.between(1, 3); i > 0; i--) {
      Point from = new Point(-140, dice.uniform(-0.5, 0.5) * f);
      Point to = new Point(140, dice.uniform(-0.5, 0.5) * f);
      List<Point> fold = Shape.curve(from, Scene.near(from.towards(to, 0.5), 40, dice), to, 14);
      scene
          .sharp()
          .add(new Stroke(fold, dice.uniform(1.5, 4), dice.uniform(-0.06, 0.09), 3, false));
    }
  }

  /** The wall of an old aorta, beside an AP spine and before a lateral one. */
  static void aorta(Scene scene, Dice dice) {
    List<Vertebra> bodies = scene.bodies();
    for (int i = 1; i + 1 < bodies.size(); i++) {
      for (int wall = 0; wall < 2; wall++) {
        if (dice.chance(0.55)) {
          double away = (scene.lateral() ? 8 : 2) + wall * dice.uniform(15, 22);
          Point low = bodies.get(i).at(1, -0.7).plus(away, 0);
          Point high = bodies.get(i).at(1, 0.9).plus(away + dice.uniform(-2, 2), 0);
          scene.line(dice.uniform(0.6, 1.2), dice.uniform(0.06, 0.28), 1, low, high);
        }
      }
    }
  }
}
