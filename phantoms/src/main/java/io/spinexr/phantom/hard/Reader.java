package io.spinexr.phantom.hard;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.phantom.LesionBox;
import io.spinexr.phantom.drawing.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A radiologist who reads alone and marks what he sees.
 *
 * @param faintest probability that he marks a lesion of plainness 0
 * @param plainest probability that he marks a lesion of plainness 1; linear between
 * @param confused probability that he gives a marked lesion a type that it resembles
 * @param deceived probability that he marks a look-alike of plainness 1; linear down to 0
 * @param shake standard deviation of each edge of a box, as a share of the box's size
 */
public record Reader(
    double faintest, double plainest, double confused, double deceived, double shake) {

  /** Misses near one lesion in five, names one in 70 wrongly, is deceived now and then. */
  public static final Reader RADIOLOGIST = new Reader(0.45, 0.99, 0.015, 0.06, 0.06);

  List<LesionBox> mark(List<Drawn> drawn, int width, int height, Dice dice) {
    List<LesionBox> marks = new ArrayList<>();
    for (Drawn thing : drawn) {
      double p =
          thing.lesion()
              ? faintest + (plainest - faintest) * thing.plainness()
              : deceived * thing.plainness();
      // As many draws whatever comes out, so that a change of one rate moves nothing else.
      boolean seen = dice.chance(p);
      boolean wrong = dice.chance(confused);
      Optional<BoundingBox> box = shaken(thing.box().box(), width, height, dice);
      if (seen && box.isPresent()) {
        LesionType type = wrong ? resembling(thing.type()) : thing.type();
        marks.add(new LesionBox(type, box.get()));
      }
    }
    return marks;
  }

  private Optional<BoundingBox> shaken(BoundingBox box, int width, int height, Dice dice) {
    double dx = shake * box.width();
    double dy = shake * box.height();
    double left = Math.max(0, box.xMin() + dx * dice.normal());
    double top = Math.max(0, box.yMin() + dy * dice.normal());
    double right = Math.min(width, box.xMax() + dx * dice.normal());
    double bottom = Math.min(height, box.yMax() + dy * dice.normal());
    return left < right && top < bottom
        ? Optional.of(new BoundingBox(left, top, right, bottom))
        : Optional.empty();
  }

  static LesionType resembling(LesionType type) {
    return switch (type) {
      case OSTEOPHYTES, VERTEBRAL_COLLAPSE, SURGICAL_IMPLANT -> LesionType.OTHER_LESIONS;
      case SPONDYLOLISTHESIS, FORAMINAL_STENOSIS -> LesionType.DISC_SPACE_NARROWING;
      case DISC_SPACE_NARROWING -> LesionType.VERTEBRAL_COLLAPSE;
      default -> LesionType.OSTEOPHYTES;
    };
  }
}
