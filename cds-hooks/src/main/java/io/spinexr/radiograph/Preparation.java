package io.spinexr.radiograph;

import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.image.GrayscaleImage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What an image has become when it is the networks' turn. */
public sealed interface Preparation {
  /**
   * The networks may see it.
   *
   * @param image as they start from it
   * @param warnings of how it was received, its header and its decoding
   * @param decoding how long the pixels took
   */
  record Ready(ImageId id, GrayscaleImage image, List<ImageWarning> warnings, Duration decoding)
      implements Preparation {
    public Ready {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(image, "image");
      warnings = List.copyOf(warnings);
      Objects.requireNonNull(decoding, "decoding");
    }
  }

  /** They may not: it is none of theirs, or it cannot be read. */
  record Rejected(RejectedImage image) implements Preparation {
    public Rejected {
      Objects.requireNonNull(image, "image");
    }

    /** Whether the file is to blame, so that another copy of the image may do. */
    public boolean unreadable() {
      return image.kind() == Kind.NOT_ANALYSABLE;
    }
  }
}
