package io.spinexr.phantom.hard.body;

import io.spinexr.finding.LesionType;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Solid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Variants and calcifications that are no lesions of the spine and look like some. */
public final class LookAlikes {
  /**
   * One of them.
   *
   * @param like what a hasty reader takes it for
   * @param extent the places that his box would enclose
   * @param plainness from 0, hardly visible, to 1
   */
  public record LookAlike(LesionType like, List<Point> extent, double plainness) {}

  private LookAlikes() {}

  /**
   * Draws none or some.
   *
   * @param visible whether a level lies well inside the field
   */
  public static List<LookAlike> draw(Scene scene, IntPredicate visible, Dice dice) {
    List<LookAlike> drawn = new ArrayList<>();
    List<Vertebra> bodies = scene.bodies();
    int lowest = scene.spine().region() == Region.LUMBAR ? 1 : 0;
    for (int i = lowest; i < bodies.size(); i++) {
      if (visible.test(i)) {
        vertebra(scene, bodies.get(i), drawn, dice.split());
      }
    }
    boolean trunk = scene.spine().region() != Region.CERVICAL;
    if (trunk && dice.chance(Math.max(0, 0.01 * (scene.patient().age() - 45)))) {
      Belongings.aorta(scene, dice.split());
    }
    if (trunk && dice.chance(0.1)) {
      drawn.add(stone(scene, dice.split()));
    }
    return drawn;
  }

  private static void vertebra(Scene scene, Vertebra v, List<LookAlike> drawn, Dice dice) {
    double mineral = scene.patient().mineral();
    if (dice.chance(0.03)) {
      // A ring apophysis that never joined its body.
      Point place = v.at(1.08, dice.side() * dice.uniform(0.95, 1.2));
      List<Point> ossicle = Shape.ellipse(place, 2.4, 1.5, v.tilt() + 0.5, 12);
      scene.sharp().add(new Solid(ossicle, 0.24 * mineral, 0.12 * mineral, 0.8, 0.7, 0.2));
      drawn.add(new LookAlike(LesionType.OSTEOPHYTES, ossicle, 0.8));
    }
    if (dice.chance(0.025)) {
      // A bone island.
      double r = dice.uniform(1.5, 3.2);
      Point place = v.at(dice.uniform(-0.6, 0.6), dice.uniform(-0.6, 0.6));
      scene.sharp().add(new Blob(place, r, 0.8 * r, 0.4, dice.uniform(0.2, 0.5), false));
      drawn.add(new LookAlike(LesionType.OTHER_LESIONS, Shape.ellipse(place, r, r, 0, 8), 0.3));
    }
    if (dice.chance(0.05)) {
      // A disc that sank into an endplate (Schmorl's node).
      int side = dice.side();
      double rx = 0.12 * v.width();
      Point place = v.at(dice.uniform(-0.4, 0.3), side * 0.8);
      List<Point> pit = Shape.ellipse(place, rx, 0.16 * v.height(), v.tilt(), 14);
      scene.sharp().add(new Solid(pit, -0.2 * mineral, 0.22 * mineral, 1, 0.8, 0));
      drawn.add(new LookAlike(LesionType.OTHER_LESIONS, pit, 0.3));
    }
    if (dice.chance(0.04)) {
      // A vessel or rib's joint end on.
      Point place = v.at(dice.side() * dice.uniform(0.9, 1.2), dice.uniform(-0.9, 0.9));
      scene.sharp().add(new Blob(place, 3.2, 2.6, 0, 0.16, false));
      drawn.add(new LookAlike(LesionType.OSTEOPHYTES, Shape.ellipse(place, 3.2, 2.6, 0, 8), 1));
    }
  }

  /** Of gall bladder or kidney, or a calcified lymph node. */
  private static LookAlike stone(Scene scene, Dice dice) {
    double f = scene.field();
    double r = dice.uniform(2.5, 6);
    Point place = new Point(dice.uniform(-70, 70), dice.uniform(-0.35, 0.3) * f);
    List<Point> outline = new ArrayList<>();
    for (Point p : Shape.ellipse(place, r, 0.8 * r, 0.3, 9)) {
      outline.add(Scene.near(p, 0.15 * r, dice));
    }
    scene
        .sharp()
        .add(new Solid(Shape.rounded(outline, 1), dice.uniform(0.05, 0.3), 0.3, 0.9, 0.6, 0.8));
    return new LookAlike(LesionType.OTHER_LESIONS, outline, 0.2);
  }
}
