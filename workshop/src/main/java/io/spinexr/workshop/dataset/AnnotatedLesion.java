package io.spinexr.workshop.dataset;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import java.util.Objects;

/**
 * A lesion that somebody marked on an image.
 *
 * @param box in pixels of the original image
 * @param annotator who marked it, as {@code rad_id} says; may be empty
 */
public record AnnotatedLesion(LesionType type, BoundingBox box, String annotator) {
  public AnnotatedLesion {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(box, "box");
    Objects.requireNonNull(annotator, "annotator");
  }
}
