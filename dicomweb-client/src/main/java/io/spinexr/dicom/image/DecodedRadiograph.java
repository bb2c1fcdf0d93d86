package io.spinexr.dicom.image;

import io.spinexr.finding.ImageWarning;
import io.spinexr.image.GrayscaleImage;
import java.util.List;
import java.util.Objects;

/**
 * A radiograph as the networks start from it.
 *
 * @param warnings usually none
 */
public record DecodedRadiograph(GrayscaleImage image, List<ImageWarning> warnings) {
  public DecodedRadiograph {
    Objects.requireNonNull(image, "image");
    warnings = List.copyOf(warnings);
  }
}
