package io.spinexr.phantom;

import static io.spinexr.phantom.drawing.Shape.bone;

import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Solid;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/** The bones that a healthy spine of one view casts onto the image. */
final class Bones {
  /** The level of C2, counted from T2. */
  static final int AXIS = 7;

  private final Spine spine;
  private final Dice dice;
  private final List<Vertebra> bodies;
  private final List<Shape> shapes = new ArrayList<>();

  /** How dense this patient's bones are, 1 on average. */
  private final double density;

  private Bones(Spine spine, Dice dice) {
    this.spine = spine;
    this.dice = dice;
    this.bodies = spine.bodies();
    this.density = dice.uniform(0.8, 1.2);
  }

  static List<Shape> of(Spine spine, Dice dice) {
    return new Bones(spine, dice).draw();
  }

  private List<Shape> draw() {
    for (int i = 0; i < bodies.size(); i++) {
      if (spine.region() == Region.CERVICAL && i >= AXIS) {
        neckTop(i);
        continue;
      }
      if (spine.region() == Region.LUMBAR && i == 0) {
        sacrum();
        continue;
      }
      body(bodies.get(i));
      if (spine.view() == View.LATERAL) {
        lateralArch(i);
      } else {
        frontalArch(i);
      }
    }
    return shapes;
  }

  private void body(Vertebra v) {
    double scale = v.width() / 36;
    shapes.add(
        new Solid(v.outline(), 0.42 * density, 0.34 * density, 0.075 * v.width(), 0.45, 0.22));
    for (int side : new int[] {-1, 1}) {
      shapes.add(new Stroke(v.endplate(side), 0.9 * scale, 0.3 * density, 0.5, false));
    }
  }

  private void lateralArch(int i) {
    Vertebra v = bodies.get(i);
    double h = v.height();
    boolean cervical = spine.region() == Region.CERVICAL;

    double reach = cervical ? 1.25 : 1;
    if (i + 1 < bodies.size()) {
      foramen(v, bodies.get(i + 1), spine.levels().get(i).foramen());
    }
    shapes.add(bone(0.2 * h, 0.3 * density, v.at(-0.95, 0.42), v.at(-1.25, 0.46), v.at(-1.6, 0.4)));
    shapes.add(
        bone(
            0.17 * h,
            0.26 * density,
            v.at(-1.5 * reach, 1.15),
            v.at(-1.62 * reach, 0.4),
            v.at(-1.72 * reach, -0.5),
            v.at(-1.85 * reach, -1.25)));
    double drop =
        switch (spine.region()) {
          case CERVICAL -> 0.6;
          case THORACIC -> 2.1;
          case LUMBAR -> 0.5;
        };
    double length =
        switch (spine.region()) {
          case CERVICAL -> i < 3 ? 2.4 : 1.5;
          case THORACIC -> 1.1;
          case LUMBAR -> 1.35;
        };
    Point root = v.at(-1.75 * reach, -0.2);
    Point tip = v.at(-1.75 * reach - length, -0.2 - drop);
    if (spine.region() == Region.LUMBAR) {
      List<Point> hatchet =
          List.of(
              v.at(-1.55, 0.35),
              v.at(-2.4, -0.15),
              v.at(-3.05, -0.25),
              v.at(-3.2, -0.8),
              v.at(-3.0, -1.35),
              v.at(-2.4, -1.05),
              v.at(-1.7, -0.75));
      shapes.add(
          new Solid(Shape.rounded(hatchet, 2), 0.2 * density, 0.16 * density, 2.2, 0.8, 0.25));
    } else {
      shapes.add(bone(0.17 * h, 0.3 * density, root, root.towards(tip, 0.5), tip));
    }
    if (spine.region() != Region.LUMBAR || i > 5) {
      if (!cervical) {
        lateralRibs(v);
      }
    }
  }

  /** The nerve's exit between two pedicles; a narrow one is overgrown by its facet joint. */
  private void foramen(Vertebra lower, Vertebra upper, double open) {
    Foramen foramen = Foramen.between(lower, upper);
    if (open < 1) {
      shapes.add(new Solid(foramen.outline(1.15), 0.55 * density, 0.25 * density, 1.5, 0.8, 0.5));
    }
    shapes.add(new Solid(foramen.outline(open), -0.42 * density, 0, 1, 0.7, 0));
  }

  private void lateralRibs(Vertebra v) {
    double h = v.height();
    for (int side : new int[] {-1, 1}) {
      double shift = side * dice.uniform(0.05, 0.5) * h;
      Point root = v.at(-1.1, 0.5).plus(0, shift);
      Point back = root.plus(-2.3 * h, 1.1 * h);
      Point low = root.plus(dice.uniform(0.2, 1.2) * h, dice.uniform(3.2, 3.8) * h);
      Point front = root.plus(5 * h, dice.uniform(5.5, 6.5) * h);
      List<Point> path = new ArrayList<>(Shape.curve(root, back, low, 8));
      path.addAll(Shape.curve(low, low.plus(0.8 * h, h), front, 6).subList(1, 6));
      shapes.add(new Stroke(path, dice.uniform(2.4, 3.2), 0.14 * density, 0.7, true));
    }
  }

  private void frontalArch(int i) {
    Vertebra v = bodies.get(i);
    double h = v.height();
    double w = v.width();
    boolean cervical = spine.region() == Region.CERVICAL;
    double eye = spine.region() == Region.THORACIC ? 0.68 : 0.64;
    for (int side : new int[] {-1, 1}) {
      if (!cervical) {
        shapes.add(
            new Solid(
                Shape.ellipse(v.at(side * eye, 0.3), 0.085 * w, 0.2 * h, v.tilt(), 14),
                0.1 * density,
                0.38 * density,
                0.05 * w,
                0.45,
                0.1));
      }
      Point root = v.at(side * 0.92, 0.35);
      switch (spine.region()) {
        case LUMBAR -> {
          if (i > 0 && i < 6) {
            transverseProcess(v, side);
          } else if (i >= 6) {
            frontalRib(v, side, 0.45);
          }
        }
        case THORACIC -> {
          Point tip = v.at(side * 1.5, 0.75);
          shapes.add(bone(0.13 * h, 0.2 * density, root, tip));
          frontalRib(v, side, 1);
        }
        case CERVICAL -> {
          // Articular pillars: the scalloped side columns.
          shapes.add(
              new Solid(
                  Shape.ellipse(v.at(side * 1.12, 0), 0.17 * w, 0.72 * h, v.tilt(), 14),
                  0.3 * density,
                  0.2 * density,
                  1.4,
                  0.6,
                  0.2));
          shapes.add(bone(0.11 * h, 0.4 * density, v.at(side * 0.82, 0.9), v.at(side * 0.97, 1.5)));
        }
      }
      if (spine.region() == Region.LUMBAR) {
        shapes.add(
            new Solid(
                Shape.ellipse(v.at(side * 0.44, -1.0), 0.08 * w, 0.36 * h, v.tilt(), 14),
                0.1 * density,
                0.14 * density,
                0.05 * w,
                0.7,
                0.2));
        shapes.add(
            new Blob(v.at(side * 0.6, -1.15), 0.12 * w, 0.42 * h, v.tilt(), 0.22 * density, true));
      }
    }
    // Lamina and spinous process.
    shapes.add(new Blob(v.at(0, -0.35), 0.36 * w, 0.4 * h, v.tilt(), 0.16 * density, true));
    Point spinous = v.at(dice.uniform(-0.04, 0.04), spine.region() == Region.LUMBAR ? -0.8 : -1.0);
    shapes.add(
        new Solid(
            Shape.ellipse(spinous, 0.055 * w + 0.6, 0.33 * h, v.tilt(), 14),
            0.2 * density,
            0.34 * density,
            0.05 * w,
            0.5,
            0.1));
  }

  private void transverseProcess(Vertebra v, int side) {
    double tip = dice.uniform(1.6, 1.9);
    double rise = dice.uniform(-0.1, 0.4);
    List<Point> outline =
        List.of(
            v.at(side * 0.85, 0.05),
            v.at(side * 0.85, 0.7),
            v.at(side * 1.2, 0.55 + 0.3 * rise),
            v.at(side * (tip - 0.15), 0.6 + rise),
            v.at(side * tip, 0.4 + rise),
            v.at(side * (tip - 0.12), 0.12 + rise),
            v.at(side * 1.2, 0.15 + 0.3 * rise));
    shapes.add(new Solid(Shape.rounded(outline, 2), 0.13 * density, 0.13 * density, 1.6, 0.6, 0.2));
  }

  private void frontalRib(Vertebra v, int side, double share) {
    double h = v.height();
    Point root = v.at(side * 0.98, 0.85);
    Point rise = root.plus(side * 1.6 * h, -0.7 * h);
    Point out = root.plus(side * 4.6 * h * share, (0.3 + dice.uniform(0.6, 1.3)) * h * share);
    List<Point> path = new ArrayList<>(Shape.curve(root, rise, out, 8));
    if (share == 1) {
      Point edge = out.plus(side * 1.2 * h, 1.2 * h);
      path.addAll(Shape.curve(out, edge, edge.plus(-side * 1.5 * h, 2.6 * h), 7).subList(1, 7));
    }
    shapes.add(new Stroke(path, dice.uniform(2.8, 3.6), 0.22 * density, 0.7, true));
  }

  /** C2 with its dens, and the arches of C1 around it; the skull hides what is above. */
  private void neckTop(int i) {
    if (i != AXIS) {
      return;
    }
    Vertebra axis = bodies.get(i);
    double h = axis.height();
    boolean lateral = spine.view() == View.LATERAL;
    List<Point> outline =
        List.of(
            axis.at(-1, -1),
            axis.at(1.05, -1.15),
            axis.at(0.95, 0.2),
            axis.at(0.5, 1.1),
            axis.at(0.42, 2.9),
            axis.at(0, 3.3),
            axis.at(-0.42, 2.9),
            axis.at(-0.55, 1.1),
            axis.at(-0.95, 0.5));
    shapes.add(
        new Solid(Shape.rounded(outline, 2), 0.42 * density, 0.34 * density, 1.4, 0.45, 0.22));
    if (lateral) {
      lateralArch(i);
      shapes.add(
          new Solid(
              Shape.ellipse(axis.at(1.05, 2.3), 0.2 * h, 0.32 * h, axis.tilt(), 12),
              0.3 * density,
              0.4 * density,
              1.2,
              0.5,
              0.1));
      shapes.add(
          bone(0.16 * h, 0.4 * density, axis.at(-1.6, 2.2), axis.at(-2.6, 2.3), axis.at(-3.2, 2)));
    } else {
      for (int side : new int[] {-1, 1}) {
        shapes.add(new Blob(axis.at(side * 0.95, 1.9), 6, 7, side * 0.5, 0.4 * density, false));
      }
    }
  }

  private void sacrum() {
    Vertebra s1 = bodies.get(0);
    if (spine.view() == View.LATERAL) {
      List<Point> outline =
          List.of(
              s1.at(-1.0, 1.0),
              s1.at(-0.9, 1.0),
              s1.at(0.9, 1.0),
              s1.at(1.0, 1.0),
              s1.at(0.93, 0.6),
              s1.at(0.58, -1.0),
              s1.at(0.3, -2.6),
              s1.at(0.15, -4.5),
              s1.at(0.2, -6.2),
              s1.at(-0.1, -6.5),
              s1.at(-0.6, -4.5),
              s1.at(-0.85, -2.6),
              s1.at(-0.95, -1.0),
              s1.at(-1.02, 0.6));
      shapes.add(bone(0.8, 0.15 * density, s1.at(-0.8, -2.8), s1.at(0.25, -2.8)));
      shapes.add(new Stroke(s1.endplate(1), 0.8, 0.3 * density, 0.5, false));
      shapes.add(bone(1, 0.18 * density, s1.at(-0.9, -1.1), s1.at(0.5, -1.1)));
      shapes.add(
          new Solid(Shape.rounded(outline, 2), 0.4 * density, 0.3 * density, 2.2, 0.7, 0.25));
      shapes.add(bone(3.2, 0.2 * density, s1.at(-1.5, 0.4), s1.at(-1.7, -1.2), s1.at(-1.5, -3.2)));
      for (int side : new int[] {-1, 1}) {
        iliacCrest(s1, side);
      }
    } else {
      List<Point> outline =
          List.of(
              s1.at(-1.9, 0.4),
              s1.at(-1.2, 0.75),
              s1.at(-0.95, 1.0),
              s1.at(0.95, 1.0),
              s1.at(1.2, 0.75),
              s1.at(1.9, 0.4),
              s1.at(1.55, -2.0),
              s1.at(0.5, -5.2),
              s1.at(-0.5, -5.2),
              s1.at(-1.55, -2.0));
      shapes.add(new Stroke(s1.endplate(1), 0.8, 0.3 * density, 0.5, false));
      shapes.add(
          new Solid(Shape.ellipse(s1.at(0, -0.9), 3.2, 9, s1.tilt(), 14), 0.12, 0.2, 2, 0.6, 0.1));
      shapes.add(
          new Solid(Shape.rounded(outline, 2), 0.3 * density, 0.22 * density, 2.5, 0.8, 0.25));
      for (int side : new int[] {-1, 1}) {
        for (int row = 0; row < 3; row++) {
          shapes.add(
              new Blob(
                  s1.at(side * (0.72 - 0.1 * row), -0.9 - 1.3 * row),
                  4.5,
                  3.2,
                  side * 0.4,
                  -0.28 * density,
                  true));
        }
        iliacWing(s1, side);
      }
    }
  }

  /** Lateral: the crest's arc over the lowest levels, once per side of the body. */
  private void iliacCrest(Vertebra s1, int side) {
    Point top = s1.at(0.1, 2.0).plus(side * 3 + dice.uniform(-3, 3), side * 4);
    List<Point> wing = new ArrayList<>();
    wing.addAll(Shape.curve(top.plus(-48, 42), top.plus(-40, -6), top, 8));
    wing.addAll(Shape.curve(top, top.plus(34, 2), top.plus(46, 48), 8).subList(1, 8));
    wing.add(top.plus(20, 150));
    wing.add(top.plus(-40, 150));
    shapes.add(new Solid(wing, 0.1 * density, 0.22 * density, 2.5, 0.8, 0.1));
  }

  private void iliacWing(Vertebra s1, int side) {
    Point joint = s1.at(side * 1.6, 0.4);
    Point top = joint.plus(side * dice.uniform(32, 40), -dice.uniform(26, 38));
    Point outer = joint.plus(side * 82, -dice.uniform(0, 12));
    List<Point> wing = new ArrayList<>();
    wing.addAll(Shape.curve(joint, joint.plus(side * 10, -26), top, 6));
    wing.addAll(Shape.curve(top, top.plus(side * 34, -8), outer, 7).subList(1, 7));
    wing.addAll(Shape.curve(outer, joint.plus(side * 72, 60), joint.plus(side * 30, 110), 6));
    wing.add(s1.at(side * 1.5, -3.6));
    shapes.add(new Solid(wing, 0.26 * density, 0.3 * density, 3, 0.8, 0.3));
  }
}
