package io.spinexr.inference.training;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.dataset.LesionBox;
import java.util.List;

/**
 * One annotated image.
 *
 * @param lesions in pixels of {@code image}; empty if it is normal
 */
public record Example(GrayscaleImage image, List<LesionBox> lesions) {
  public Example {
    lesions = List.copyOf(lesions);
  }
}
