package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Foramen;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.Spine;
import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Solid;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/**
 * The vertebrae as a beam from one point meets them: near and far walls do not fall onto each other
 * unless the body lies straight before the beam's centre, and no two vertebrae are alike.
 */
public final class Skeleton {
  /** The level of C2, counted from T2. */
  static final int AXIS = 7;

  private final Scene scene;
  private final Dice dice;
  private final Spine spine;
  private final List<Vertebra> bodies;
  private final double mineral;

  /** How far the patient is turned about the long axis, in half widths of a body. */
  private final double turn;

  private Skeleton(Scene scene, Dice dice) {
    this.scene = scene;
    this.dice = dice;
    this.spine = scene.spine();
    this.bodies = spine.bodies();
    this.mineral = scene.patient().mineral();
    this.turn = dice.chance(0.25) ? dice.uniform(-0.28, 0.28) : dice.uniform(-0.1, 0.1);
  }

  public static void draw(Scene scene, Dice dice) {
    new Skeleton(scene, dice).draw();
  }

  private void draw() {
    column();
    for (int i = 0; i < bodies.size(); i++) {
      if (spine.region() == Region.CERVICAL && i >= AXIS) {
        if (i == AXIS) {
          Neck.top(scene, bodies.get(i));
        }
        continue;
      }
      if (spine.region() == Region.LUMBAR && i == 0) {
        Pelvis.draw(scene, dice);
        continue;
      }
      body(bodies.get(i));
      if (scene.lateral()) {
        lateralArch(i);
      } else {
        frontalArch(i);
      }
    }
  }

  private void solid(
      List<Point> outline, double core, double rim, double rimWidth, double texture) {
    scene.sharp().add(new Solid(outline, core * mineral, rim, rimWidth, 0.6, texture));
  }

  private void bone(double radius, double attenuation, Point... path) {
    scene.sharp().add(new Stroke(List.of(path), radius, attenuation * mineral, 0.7, true));
  }

  /** Muscles, discs and arches one behind the other: no gap between bodies is ever dark. */
  private void column() {
    List<Point> path = new ArrayList<>();
    for (Vertebra v : bodies) {
      path.add(v.at(scene.lateral() ? -0.2 : 0, 0));
    }
    double width = bodies.get(0).width();
    scene.soft().add(new Stroke(path, 0.46 * width, 0.2, 0.12 * width, false));
    scene.soft().add(new Stroke(path, 0.7 * width, 0.1, 0.5 * width, false));
    if (spine.region() == Region.CERVICAL && !scene.lateral()) {
      pillars();
    }
  }

  /** Articular processes on both sides of a neck: one scalloped column each. */
  private void pillars() {
    for (int side : new int[] {-1, 1}) {
      List<Point> outline = new ArrayList<>();
      for (int i = 0; i < AXIS; i++) {
        Vertebra v = bodies.get(i);
        outline.add(v.at(side * dice.uniform(1.16, 1.22), -0.9));
        outline.add(v.at(side * dice.uniform(1.28, 1.4), 0.3));
      }
      for (int i = AXIS - 1; i >= 0; i--) {
        outline.add(bodies.get(i).at(side * 0.8, 0));
      }
      solid(Shape.rounded(outline, 2), 0.16, 0.07, 2, 0.4);
    }
  }

  private void body(Vertebra v) {
    double shift = v.centre().y() / spine.fieldHeight();
    // The rim stays when the mineral inside goes: bones of the old look like empty boxes.
    double rim = 0.13 * (0.45 + 0.55 * mineral);
    List<Point> wall = irregular(v);
    for (int half = -1; half <= 1; half += 2) {
      double across = half * 0.35 * turn * v.width() / 2;
      double up = half * shift * dice.uniform(2.5, 5);
      List<Point> moved =
          wall.stream().map(p -> p.plus(scene.lateral() ? across : 0.4 * across, up)).toList();
      solid(moved, 0.16, rim, 0.06 * v.width(), 0.35);
    }
    // A body is round: its middle is thicker.
    double thick = scene.lateral() ? 0.05 : 0.12;
    scene
        .sharp()
        .add(
            new Blob(
                v.centre(), 0.5 * v.width(), 0.6 * v.height(), v.tilt(), thick * mineral, true));
    double scale = v.width() / 36;
    for (int side : new int[] {-1, 1}) {
      List<Point> plate = v.endplate(side);
      scene
          .sharp()
          .add(
              new Stroke(
                  plate,
                  dice.uniform(0.5, 1.1) * scale,
                  dice.uniform(0.06, 0.2) * mineral,
                  0.8,
                  false));
    }
    // Vertical trabeculae stand out when the others are gone.
    for (double x = -0.75; x < 0.8; x += 0.17) {
      double lean = dice.uniform(-0.04, 0.04);
      double dense = dice.uniform(0, 0.07) * (1.3 - 0.5 * mineral);
      scene
          .sharp()
          .add(
              new Stroke(
                  List.of(v.at(x + lean, -0.85), v.at(x, 0), v.at(x - lean, 0.85)),
                  0.55 * scale,
                  dense,
                  0.9,
                  false));
    }
  }

  private List<Point> irregular(Vertebra v) {
    double spread = 0.012 * v.width() * (1 + scene.patient().wear());
    List<Point> outline = new ArrayList<>();
    for (Point p : v.outline()) {
      outline.add(Scene.near(p, spread, dice));
    }
    return outline;
  }

  private void lateralArch(int i) {
    Vertebra v = bodies.get(i);
    double h = v.height();
    Region region = spine.region();
    boolean cervical = region == Region.CERVICAL;
    double reach = cervical ? 1.25 : 1;
    if (i + 1 < bodies.size()) {
      foramen(v, bodies.get(i + 1), spine.levels().get(i).foramen());
    }
    for (int side : new int[] {-1, 1}) {
      double t = side * (turn * 0.6 + 0.04);
      bone(0.23 * h, 0.14, v.at(-0.92 + t, 0.4), v.at(-1.25 + t, 0.44), v.at(-1.55 + t, 0.4));
      // Upper and lower articular process: a slanted block that meets its neighbours.
      double lean = cervical ? 0.35 : 0.12;
      List<Point> pillar =
          List.of(
              v.at(-1.25 * reach + t, 1.15 + dice.uniform(-0.1, 0.15)),
              v.at(-1.2 * reach + t, 0.5),
              v.at(-(1.4 + lean) * reach + t, -0.5),
              v.at(-(1.62 + lean) * reach + t, -1.35),
              v.at(-(1.85 + lean) * reach + t, -1.15),
              v.at(-(1.8 + lean) * reach + t, 0),
              v.at(-1.65 * reach + t, 0.8));
      solid(Shape.rounded(pillar, 2), 0.11, 0.08, 1.6, 0.35);
    }
    double drop =
        switch (region) {
          case CERVICAL -> dice.uniform(0.3, 1.1);
          case THORACIC -> dice.uniform(1.8, 2.4);
          case LUMBAR -> 0.5;
        };
    double length =
        switch (region) {
          case CERVICAL -> i < 3 ? dice.uniform(2.0, 2.7) : dice.uniform(1.0, 1.7);
          case THORACIC -> 1.1;
          case LUMBAR -> 1.35;
        };
    if (region == Region.LUMBAR) {
      double low = dice.uniform(-0.15, 0.15);
      double far = dice.uniform(-0.25, 0.2);
      List<Point> hatchet =
          List.of(
              v.at(-1.55, 0.35),
              v.at(-2.4, -0.15),
              v.at(-3.05 + far, -0.2),
              v.at(-3.25 + far, -0.8 + low),
              v.at(-3.0 + far, -1.35 + low),
              v.at(-2.4, -1.05 + low),
              v.at(-1.7, -0.75));
      solid(Shape.rounded(hatchet, 2), 0.17, 0.11, 2.2, 0.35);
    } else {
      double back = -1.75 * reach;
      List<Point> process =
          List.of(
              v.at(back + 0.15, 0.35),
              v.at(back - 0.5 * length, -0.05 - 0.45 * drop),
              v.at(back - length, 0.05 - drop),
              v.at(back - 1.08 * length, -0.25 - drop),
              v.at(back - 0.95 * length, -0.6 - drop),
              v.at(back - 0.5 * length, -0.5 - 0.55 * drop),
              v.at(back + 0.1, -0.7));
      solid(Shape.rounded(process, 2), 0.15, 0.1, 1.6, 0.35);
    }
  }

  /** The nerve's exit between two pedicles; a narrow one is overgrown by its facet joint. */
  private void foramen(Vertebra lower, Vertebra upper, double open) {
    Foramen foramen = Foramen.between(lower, upper);
    if (open < 1) {
      solid(foramen.outline(1.15), 0.4 * (1 - open) + 0.12, 0.1, 1.5, 0.4);
    }
    double clear = dice.uniform(0.1, 0.22);
    scene.sharp().add(new Solid(foramen.outline(open), -clear, 0, 1, 1.9, 0));
  }

  private void frontalArch(int i) {
    Vertebra v = bodies.get(i);
    double h = v.height();
    double w = v.width();
    Region region = spine.region();
    double eye = region == Region.THORACIC ? 0.68 : 0.64;
    for (int side : new int[] {-1, 1}) {
      if (region != Region.CERVICAL) {
        Point pedicle = v.at(side * eye + 0.5 * turn, 0.3 + dice.uniform(-0.06, 0.06));
        solid(
            Shape.ellipse(pedicle, 0.085 * w * (1 - side * turn), 0.2 * h, v.tilt(), 14),
            0.08,
            dice.uniform(0.1, 0.26) * (0.4 + 0.6 * mineral),
            0.05 * w,
            0.2);
      }
      switch (region) {
        case LUMBAR -> {
          if (i < 6) {
            transverseProcess(v, side);
          }
          facet(v, side);
        }
        case THORACIC ->
            bone(0.15 * h, 0.15, v.at(side * 0.92, 0.35), v.at(side * 1.5, dice.uniform(0.5, 0.9)));
        case CERVICAL ->
            // Uncinate processes at the discs.
            bone(0.13 * h, 0.2, v.at(side * 0.78, 0.85), v.at(side * 0.98, 1.4));
      }
    }
    // Laminae and spinous process, turned with the patient.
    List<Point> lamina =
        List.of(
            v.at(-0.5, 0.1),
            v.at(0.5, 0.1),
            v.at(0.3, -0.4),
            v.at(0.52, -1.1),
            v.at(0.3, -1.15),
            v.at(0, -0.85),
            v.at(-0.3, -1.15),
            v.at(-0.52, -1.1),
            v.at(-0.3, -0.4));
    solid(Shape.rounded(lamina, 2), 0.12, 0.05, 0.05 * w, 0.35);
    double sway = -0.7 * turn + dice.uniform(-0.06, 0.06);
    Point spinous = v.at(sway, region == Region.LUMBAR ? -0.75 : -1.0);
    List<Point> drop =
        List.of(
            spinous.plus(0, -0.46 * h),
            spinous.plus(0.06 * w, 0),
            spinous.plus(0.09 * w, 0.36 * h),
            spinous.plus(0, 0.5 * h),
            spinous.plus(-0.09 * w, 0.36 * h),
            spinous.plus(-0.055 * w, 0));
    solid(
        Shape.rounded(drop, 2),
        0.16,
        dice.uniform(0.1, 0.22) * (0.4 + 0.6 * mineral),
        0.05 * w,
        0.2);
  }

  private void facet(Vertebra v, int side) {
    double w = v.width();
    double h = v.height();
    double worn = 1 + 0.5 * scene.patient().wear() * dice.uniform(0, 1);
    Point joint = v.at(side * dice.uniform(0.48, 0.6), -1.05);
    solid(
        Shape.ellipse(joint, 0.12 * w * worn, 0.42 * h, v.tilt() - side * 0.15, 12),
        0.12 * worn,
        0.07,
        0.04 * w,
        0.35);
    // The joint space, a fine dark line.
    line(joint.plus(0, -0.2 * h), joint.plus(side * 0.5, 0.2 * h));
  }

  private void line(Point from, Point to) {
    scene.line(0.5, -0.08, 0.8, from, to);
  }

  private void transverseProcess(Vertebra v, int side) {
    double tip = dice.uniform(1.5, 1.95);
    double rise = dice.uniform(-0.15, 0.45);
    double thick = dice.uniform(0.8, 1.25);
    List<Point> outline =
        List.of(
            v.at(side * 0.85, 0.05),
            v.at(side * 0.85, 0.7),
            v.at(side * 1.2, 0.5 * thick + 0.3 * rise),
            v.at(side * (tip - 0.15), 0.55 * thick + rise),
            v.at(side * tip, 0.4 + rise),
            v.at(side * (tip - 0.12), 0.12 + rise),
            v.at(side * 1.2, 0.15 + 0.3 * rise));
    solid(Shape.rounded(outline, 2), 0.12, 0.07, 1.8, 0.4);
  }
}
