package io.spinexr.dicom.image;

import io.spinexr.image.GrayscaleImage;
import java.util.List;
import java.util.Objects;

/**
 * A radiograph as the networks start from it.
 *
 * @param warnings sentences on what the reader of a result should know about the image; usually
 *     none
 */
public record DecodedRadiograph(GrayscaleImage image, List<String> warnings) {
  public DecodedRadiograph {
    Objects.requireNonNull(image, "image");
    warnings = List.copyOf(warnings);
  }
}
