package io.spinexr.finding;

import java.util.Objects;

/**
 * An image of the study that could not be analysed.
 *
 * @param reason why, as a clause without personal data: {@code multi-frame image with 30 frames}
 */
public record RejectedImage(ImageId image, String reason) {
  public RejectedImage {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(reason, "reason");
  }
}
