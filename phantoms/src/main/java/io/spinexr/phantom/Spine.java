package io.spinexr.phantom;

import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Pose;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The vertebral column of one view, stacked from the lowest level upwards. The lowest level is S1
 * in a lumbar, L2 or so in a thoracic and T2 in a cervical examination.
 *
 * @param fieldHeight how much of the body the image shows from top to bottom, in millimetres
 * @param base centre of the lowest body's lower endplate; the middle of the field is (0, 0)
 * @param baseTilt of the lowest level towards the front, in radians
 */
public record Spine(
    View view, Region region, double fieldHeight, Point base, double baseTilt, List<Level> levels) {

  public static Spine random(View view, Region region, Dice dice) {
    double size = dice.uniform(0.9, 1.1);
    double fieldHeight =
        switch (region) {
          case CERVICAL -> dice.uniform(150, 178);
          case THORACIC -> dice.uniform(205, 250);
          case LUMBAR -> dice.uniform(235, 285);
        };
    double base =
        switch (region) {
          case CERVICAL -> dice.uniform(0.44, 0.52);
          case THORACIC -> dice.uniform(0.56, 0.68);
          case LUMBAR -> dice.uniform(0.38, 0.46);
        };
    boolean lateral = view == View.LATERAL;
    double curvature = dice.uniform(0.6, 1.25);
    double scoliosis = dice.chance(0.35) ? dice.uniform(0.03, 0.07) : dice.uniform(0, 0.02);
    double phase = dice.uniform(0, 2 * Math.PI);
    List<Level> levels = new ArrayList<>();
    double length = 0;
    for (int i = 0; length < (base + 0.75) * fieldHeight || i < 8; i++) {
      Level level = level(view, region, i, size, dice);
      double bend =
          lateral
              ? curvature * sagittalBend(region, i)
              : scoliosis * StrictMath.sin(phase + 0.7 * i);
      levels.add(level.withDisc(level.disc(), bend));
      length += (level.front() + level.back()) / 2 + level.disc();
    }
    double baseTilt =
        lateral
            ? switch (region) {
              case CERVICAL -> curvature * 0.36;
              case THORACIC -> curvature * -0.26;
              case LUMBAR -> 0.12 + curvature * 0.48;
            }
            : dice.uniform(-0.05, 0.05);
    Spine atOrigin =
        new Spine(view, region, fieldHeight, new Point(0, base * fieldHeight), baseTilt, levels);
    return atOrigin.centred();
  }

  /** Moved sideways so that the visible part has its middle at x = 0. */
  private Spine centred() {
    double middle =
        bodies().stream()
            .map(Vertebra::centre)
            .filter(c -> Math.abs(c.y()) < 0.4 * fieldHeight)
            .mapToDouble(Point::x)
            .average()
            .orElse(0);
    return new Spine(view, region, fieldHeight, base.plus(-middle, 0), baseTilt, levels);
  }

  private static Level level(View view, Region region, int i, double size, Dice dice) {
    boolean lateral = view == View.LATERAL;
    double width;
    double height;
    double disc;
    switch (region) {
      case CERVICAL -> {
        width = (lateral ? 17.5 : 26) - 0.35 * i;
        height = 14.5 - 0.25 * i;
        disc = 5.6;
      }
      case THORACIC -> {
        width = (lateral ? 32 : 36) - 0.75 * i;
        height = 25 - 0.75 * i;
        disc = 6.4 - 0.15 * i;
      }
      default -> {
        width = (lateral ? 36 : 48) - 0.8 * i;
        height = 28.5 - 0.5 * i;
        disc = Math.max(6, 10.8 - 0.6 * Math.abs(i - 1));
      }
    }
    double h = size * height * dice.uniform(0.96, 1.04);
    double wedge = dice.uniform(-0.03, 0.03);
    return new Level(
        size * width * dice.uniform(0.97, 1.03),
        h * (1 + wedge),
        h * (1 - wedge),
        dice.uniform(0.02, 0.06),
        size * disc * dice.uniform(0.9, 1.12),
        0,
        size * dice.uniform(-0.25, 0.25),
        1);
  }

  /** Lordosis bends backwards on the way up (negative), kyphosis forwards. */
  private static double sagittalBend(Region region, int i) {
    return switch (region) {
      case CERVICAL -> i < 2 ? -0.03 : -0.075;
      case THORACIC -> i < 2 ? 0.02 : 0.06;
      case LUMBAR -> i < 6 ? -0.2 + 0.033 * i : 0.03;
    };
  }

  public Spine with(int index, Level level) {
    List<Level> changed = new ArrayList<>(levels);
    changed.set(index, level);
    return new Spine(view, region, fieldHeight, base, baseTilt, changed);
  }

  /** The bodies, lowest first. */
  public List<Vertebra> bodies() {
    List<Vertebra> bodies = new ArrayList<>();
    Point plate = base;
    double tilt = baseTilt;
    for (Level level : levels) {
      double wedge = (level.back() - level.front()) / level.width();
      double height = (level.front() + level.back()) / 2;
      double middle = tilt + wedge / 2;
      Point centre = up(plate, middle, height / 2);
      bodies.add(
          new Vertebra(centre, middle, level.width(), level.front(), level.back(), level.waist()));
      double top = tilt + wedge;
      plate = up(up(centre, middle, height / 2), top + level.bend() / 2, level.disc());
      tilt = top + level.bend();
      plate = plate.plus(level.slip() * StrictMath.cos(tilt), level.slip() * StrictMath.sin(tilt));
    }
    return bodies;
  }

  private static Point up(Point from, double tilt, double length) {
    return from.plus(length * StrictMath.sin(tilt), -length * StrictMath.cos(tilt));
  }

  /**
   * Whether a level's body lies well inside the collimated field, clear of the skull.
   *
   * @param margins that the collimation covers at the left, top, right and bottom, as shares of the
   *     image
   * @param room above and below that is kept clear besides, as a share of the image's height
   */
  public IntPredicate within(Pose pose, double[] margins, double room) {
    List<Vertebra> bodies = bodies();
    double left = (margins[0] + 0.02) * pose.width();
    double top = (margins[1] + room) * pose.height();
    double right = pose.width() - (margins[2] + 0.02) * pose.width();
    double bottom = pose.height() - (margins[3] + room) * pose.height();
    double skull = region == Region.CERVICAL ? -0.27 : -1;
    return level -> {
      Vertebra v = bodies.get(level);
      double[] span = pose.span(v.outline(), 0);
      return v.centre().y() > skull * fieldHeight
          && span[0] > left
          && span[1] > top
          && span[2] < right
          && span[3] < bottom;
    };
  }
}
