package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.Vertebra;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import io.spinexr.phantom.drawing.Shape.Solid;
import java.util.List;

/**
 * A bony beak at one corner of a vertebral body.
 *
 * @param level of the body, from the lowest
 * @param side -1 or 1: back or front (lateral), the patient's right or left (AP)
 * @param end -1 the lower endplate, 1 the upper one
 * @param length beyond the wall, in millimetres
 * @param rise how far it bends over the disc, as a share of its length
 * @param severity 1 is as dense as the body, 0 nearly invisible
 */
public record Spur(int level, int side, int end, double length, double rise, double severity) {

  /** Its outline, which is what an annotator's box would enclose. */
  public List<Point> draw(Scene scene) {
    Vertebra body = scene.bodies().get(level);
    double reach = 2 * length / body.width();
    double up = 2 * rise * length / body.height();
    Point tip = body.at(side * (1 + reach), end * (0.98 + up));
    List<Point> outline =
        Shape.rounded(
            List.of(
                body.at(side * 0.82, end * 1.0),
                body.at(side * 0.9, end * 0.5),
                body.at(side * (1 + 0.4 * reach), end * 0.72),
                tip,
                tip.towards(body.at(side * 0.9, end * 1.05), 0.2),
                body.at(side * (1 + 0.3 * reach), end * 1.04)),
            1);
    double mineral = scene.patient().mineral();
    double dense = 0.12 + 0.22 * severity;
    scene
        .sharp()
        .add(
            new Solid(outline, dense * mineral, (0.06 + 0.14 * severity) * mineral, 1.1, 0.6, 0.4));
    return outline;
  }
}
