package io.spinexr.phantom;

import static io.spinexr.phantom.drawing.Shape.metal;

import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Blob;
import io.spinexr.phantom.drawing.Shape.Solid;
import io.spinexr.phantom.drawing.Shape.Stroke;
import java.util.ArrayList;
import java.util.List;

/** How each lesion changes the spine, what it adds to the image, and where it can be seen. */
public final class Pathology {
  private static final double METAL = 2.4;

  private final Spine spine;
  private final List<Vertebra> bodies;
  private final Lesion lesion;
  private final List<Shape> shapes = new ArrayList<>();
  private final List<Point> extent = new ArrayList<>();

  private Pathology(Spine spine, Lesion lesion) {
    this.spine = spine;
    this.bodies = spine.bodies();
    this.lesion = lesion;
  }

  /**
   * @param shapes what the lesion adds to the bones
   * @param extent the places that an annotator's box would enclose
   */
  public record Drawing(List<Shape> shapes, List<Point> extent) {}

  /** The spine with the lesion's deformity; must come before {@link #draw}. */
  public static Spine deform(Spine spine, Lesion lesion) {
    Level level = spine.levels().get(lesion.level());
    Dice dice = lesion.dice();
    return switch (lesion.type()) {
      case DISC_SPACE_NARROWING ->
          spine.with(
              lesion.level(),
              level.withDisc(lesion.graded(0.42, 0.1) * level.disc(), 0.35 * level.bend()));
      case SPONDYLOLISTHESIS -> {
        int direction = spine.view() == View.LATERAL && dice.chance(0.7) ? 1 : lesion.side();
        yield spine.with(
            lesion.level(), level.withSlip(direction * lesion.graded(0.17, 0.36) * level.width()));
      }
      case FORAMINAL_STENOSIS ->
          spine.with(lesion.level(), level.withForamen(lesion.graded(0.55, 0.2)));
      case VERTEBRAL_COLLAPSE -> spine.with(lesion.level(), collapsed(level, lesion));
      default -> spine;
    };
  }

  private static Level collapsed(Level level, Lesion lesion) {
    double left = lesion.graded(0.62, 0.36);
    return switch (lesion.dice().between(0, 2)) {
      case 0 -> level.withBody(left * level.front(), 0.9 * level.back(), 0.07);
      case 1 -> level.withBody(0.8 * level.front(), 0.82 * level.back(), lesion.graded(0.2, 0.33));
      default -> level.withBody(left * level.front(), left * level.back(), 0.08);
    };
  }

  /**
   * @param spine deformed by all lesions
   */
  public static Drawing draw(Spine spine, Lesion lesion) {
    Pathology pathology = new Pathology(spine, lesion);
    pathology.draw();
    return new Drawing(pathology.shapes, pathology.extent);
  }

  private void draw() {
    Vertebra lower = bodies.get(lesion.level());
    Vertebra upper = bodies.get(Math.min(lesion.level() + 1, bodies.size() - 1));
    switch (lesion.type()) {
      case OSTEOPHYTES -> osteophytes(lower, upper);
      case SURGICAL_IMPLANT -> {
        if (spine.region() == Region.CERVICAL) {
          plate();
        } else {
          screwsAndRods();
        }
      }
      case SPONDYLOLISTHESIS -> {
        for (int across : new int[] {-1, 1}) {
          extent.addAll(List.of(lower.at(across, 0), lower.at(across, 1)));
          extent.addAll(List.of(upper.at(across, 0), upper.at(across, -1)));
        }
      }
      case FORAMINAL_STENOSIS -> extent.addAll(Foramen.between(lower, upper).outline(1.15));
      case DISC_SPACE_NARROWING -> narrowedDisc(lower, upper);
      case VERTEBRAL_COLLAPSE -> {
        extent.addAll(lower.outline());
        // Crushed trabeculae lie closer together.
        shapes.add(
            new Blob(
                lower.centre(),
                0.5 * lower.width(),
                0.45 * lower.height(),
                lower.tilt(),
                0.2,
                true));
      }
      case OTHER_LESIONS -> scleroticFocus(lower);
      default -> throw new IllegalArgumentException("no drawing of " + lesion.type());
    }
  }

  private void narrowedDisc(Vertebra lower, Vertebra upper) {
    shapes.add(new Stroke(lower.endplate(1), 0.05 * lower.width(), 0.22, 1, false));
    shapes.add(new Stroke(upper.endplate(-1), 0.05 * lower.width(), 0.22, 1, false));
    for (int across : new int[] {-1, 1}) {
      extent.addAll(List.of(lower.at(across, 0.5), lower.at(across, 1)));
      extent.addAll(List.of(upper.at(across, -0.5), upper.at(across, -1)));
    }
  }

  private void osteophytes(Vertebra lower, Vertebra upper) {
    int side = spine.view() == View.LATERAL ? 1 : lesion.side();
    double length = lesion.graded(0.45, 0.85);
    double share = spine.view() == View.LATERAL ? 1 : 0.75;
    int which = lesion.dice().between(0, 7);
    if (which < 2) {
      // A single one is drawn only where it is easy to see.
      length = Math.max(length, 0.7);
    }
    if (which != 0) {
      spur(lower, side, 1, share * length * lesion.dice().uniform(0.85, 1.1));
    }
    if (which != 1) {
      spur(upper, side, -1, share * length * lesion.dice().uniform(0.85, 1.1));
    }
  }

  /** A beak at one corner of a body, pointing outwards and over the disc. */
  private void spur(Vertebra body, int side, int end, double length) {
    Point tip = body.at(side * (1 + length), end * lesion.dice().uniform(1.08, 1.25));
    List<Point> outline =
        List.of(
            body.at(side * 0.7, end * 0.99),
            body.at(side * 0.88, 0),
            body.at(side * (1 + 0.4 * length), end * 0.62),
            tip,
            tip.towards(body.at(side * 0.9, end * 1.03), 0.12),
            body.at(side * (1 + 0.35 * length), end * 1.03));
    List<Point> smooth = Shape.rounded(outline, 1);
    shapes.add(new Solid(smooth, 0.5, 0.32, 0.04 * body.width(), 0.5, 0.15));
    extent.addAll(smooth);
  }

  private void scleroticFocus(Vertebra body) {
    Dice dice = lesion.dice();
    double radius = dice.uniform(0.23, 0.34) * body.width();
    if (spine.view() == View.AP) {
      radius *= 0.8;
    }
    Point centre = body.at(dice.uniform(-0.45, 0.45), dice.uniform(-0.3, 0.3));
    List<Point> outline = new ArrayList<>();
    for (Point point : Shape.ellipse(centre, radius, radius, 0, 12)) {
      outline.add(centre.towards(point, dice.uniform(0.8, 1.15)));
    }
    List<Point> smooth = Shape.rounded(outline, 1);
    shapes.add(new Solid(smooth, lesion.graded(0.4, 1.0), 0, 1, 0.12 * radius, 0.35));
    extent.addAll(smooth);
  }

  private void metalStroke(double radius, Point... path) {
    shapes.add(metal(radius, METAL, path));
    for (Point point : path) {
      extent.addAll(Shape.ellipse(point, radius, radius, 0, 8));
    }
  }

  private void screwsAndRods() {
    boolean lateral = spine.view() == View.LATERAL;
    double gauge = spine.region() == Region.LUMBAR ? 2.5 : 1.9;
    for (int row = 0; row < 2; row++) {
      int side = 2 * row - 1;
      List<Point> heads = new ArrayList<>();
      for (int i = lesion.level(); i <= lesion.level() + lesion.levels(); i++) {
        Vertebra v = bodies.get(i);
        double up = 0.38 + lesion.dice().uniform(-0.1, 0.1);
        Point head = lateral ? v.at(-1.75 + 0.08 * side, up) : v.at(side * 0.78, up);
        Point tip =
            lateral
                ? v.at(lesion.dice().uniform(0.3, 0.65), up - 0.1 + 0.12 * side)
                : v.at(side * 0.28, up - 0.3);
        metalStroke(gauge, head, tip);
        metalStroke(1.7 * gauge, head, head.towards(tip, 0.08));
        heads.add(head);
      }
      Point first = heads.get(0);
      Point last = heads.get(heads.size() - 1);
      heads.add(0, last.towards(first, 1 + 7 / last.distance(first)));
      heads.add(first.towards(last, 1 + 7 / last.distance(first)));
      metalStroke(1.1 * gauge, heads.toArray(Point[]::new));
    }
  }

  /** A cervical plate with two screws in each body. */
  private void plate() {
    boolean lateral = spine.view() == View.LATERAL;
    Vertebra lowest = bodies.get(lesion.level());
    Vertebra highest = bodies.get(lesion.level() + lesion.levels());
    List<Point> spread = new ArrayList<>();
    for (int i = lesion.level(); i <= lesion.level() + lesion.levels(); i++) {
      Vertebra v = bodies.get(i);
      for (int end : new int[] {-1, 1}) {
        if (lateral) {
          metalStroke(1.0, v.at(1.1, 0.45 * end), v.at(-0.35, 0.3 * end));
          spread.add(v.at(1.12, 0.7 * end));
        } else {
          Point head = v.at(0.3 * end, 0.15);
          metalStroke(1.9, head, head.plus(0.2, 0.8));
          metalStroke(1.0, head, v.at(0.2 * end, -0.35));
        }
      }
    }
    if (lateral) {
      metalStroke(1.3, spread.toArray(Point[]::new));
    } else {
      List<Point> outline =
          List.of(
              lowest.at(-0.42, -0.5),
              lowest.at(0.42, -0.5),
              highest.at(0.42, 0.6),
              highest.at(-0.42, 0.6));
      shapes.add(new Solid(Shape.rounded(outline, 1), 0.9, 0.5, 1.5, 0.3, 0));
      extent.addAll(outline);
    }
  }
}
