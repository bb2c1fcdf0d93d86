package io.spinexr.phantom;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import java.util.Objects;

/**
 * One annotated lesion.
 *
 * @param box in pixels of the original image
 */
public record LesionBox(LesionType type, BoundingBox box) {
  public LesionBox {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(box, "box");
  }
}
