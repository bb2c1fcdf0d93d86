package io.spinexr.finding;

import java.util.Locale;
import java.util.Objects;

/**
 * An image of the study that was not analysed.
 *
 * @param reason why, as a clause without personal data: {@code multi-frame image with 30 frames}
 */
public record RejectedImage(ImageId image, Kind kind, String reason) {
  /** What it means for the study that an image was not analysed. */
  public enum Kind {
    /** It could not be: nobody knows what it shows, so a person must look soon. */
    NOT_ANALYSABLE("not analysable"),
    /** It is none of the images that the model set was made for. */
    OUT_OF_SCOPE("outside what the AI is made for"),
    /** Another image of the same exposure was analysed in its place. */
    SUPERSEDED("represented by another image of the same exposure");

    private final String display;

    Kind(String display) {
      this.display = display;
    }

    /** For people, the same words everywhere. */
    public String display() {
      return display;
    }

    /** In lower case with hyphens, e.g. {@code out-of-scope}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public RejectedImage {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(reason, "reason");
  }

  /** In words: {@code not analysable: multi-frame image with 30 frames}. */
  public String sentence() {
    return kind.display() + ": " + reason;
  }

  /** Of an image that could not be analysed. */
  public static RejectedImage notAnalysable(ImageId image, String reason) {
    return new RejectedImage(image, Kind.NOT_ANALYSABLE, reason);
  }
}
