package io.spinexr.finding;

import java.util.Objects;

/**
 * One lesion that a detector found on one image.
 *
 * @param score the detector's confidence in [0,1]
 */
public record Finding(LesionType type, BoundingBox box, double score) {
  public Finding {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(box, "box");
    Probability.require("score", score);
  }
}
