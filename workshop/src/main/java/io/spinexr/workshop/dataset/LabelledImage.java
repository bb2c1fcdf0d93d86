package io.spinexr.workshop.dataset;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.LesionBox;
import java.util.List;
import java.util.Objects;

/**
 * One image with what is known to be on it.
 *
 * @param abnormal whether anything is; an abnormal image may be without boxes
 * @param lesions with boxes in pixels of {@code image}
 */
public record LabelledImage(GrayscaleImage image, boolean abnormal, List<LesionBox> lesions) {
  public LabelledImage {
    Objects.requireNonNull(image, "image");
    lesions = List.copyOf(lesions);
  }
}
