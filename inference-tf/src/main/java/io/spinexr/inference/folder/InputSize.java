package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.spinexr.image.GrayscaleImage;

/** The size in pixels that a network wants an image of any size to be resized to. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
@JsonSubTypes({
  @JsonSubTypes.Type(value = InputSize.Fixed.class, name = "fixed"),
  @JsonSubTypes.Type(value = InputSize.ShortestEdge.class, name = "shortest-edge"),
  @JsonSubTypes.Type(value = InputSize.LongestEdge.class, name = "longest-edge")
})
public sealed interface InputSize {
  /** The image resized by this rule. */
  GrayscaleImage resize(GrayscaleImage image);

  /**
   * Always the same size; the aspect ratio is not kept.
   *
   * @param width in pixels
   * @param height in pixels
   */
  record Fixed(int width, int height) implements InputSize {
    public Fixed {
      if (width < 1 || height < 1) {
        throw new IllegalArgumentException("input width and height must be at least 1");
      }
    }

    @Override
    public GrayscaleImage resize(GrayscaleImage image) {
      return PillowResize.resize(image, width, height);
    }
  }

  /**
   * The shorter edge gets a given length unless the longer one would become too long; the aspect
   * ratio is kept (Detectron2's ResizeShortestEdge with its rounding).
   *
   * @param shortest length of the shorter edge in pixels
   * @param longest limit of the longer edge in pixels
   */
  record ShortestEdge(int shortest, int longest) implements InputSize {
    public ShortestEdge {
      if (shortest < 1 || longest < shortest) {
        throw new IllegalArgumentException(
            "input edges must satisfy 1 <= shortest <= longest, but are %d and %d"
                .formatted(shortest, longest));
      }
    }

    @Override
    public GrayscaleImage resize(GrayscaleImage image) {
      double scale = (double) shortest / Math.min(image.width(), image.height());
      boolean upright = image.width() < image.height();
      double width = upright ? shortest : scale * image.width();
      double height = upright ? scale * image.height() : shortest;
      double longer = Math.max(width, height);
      if (longer > longest) {
        scale = longest / longer;
        width *= scale;
        height *= scale;
      }
      return PillowResize.resize(
          image, Math.max(1, (int) (width + 0.5)), Math.max(1, (int) (height + 0.5)));
    }
  }

  /**
   * The longer edge gets a given length, the aspect ratio is kept, and fractions of a pixel of the
   * shorter edge are dropped (EfficientDet's resizing).
   *
   * @param longest length of the longer edge in pixels
   */
  record LongestEdge(int longest) implements InputSize {
    public LongestEdge {
      if (longest < 1) {
        throw new IllegalArgumentException("the longest input edge must be at least 1");
      }
    }

    @Override
    public GrayscaleImage resize(GrayscaleImage image) {
      double scale = Math.min((double) longest / image.height(), (double) longest / image.width());
      return PillowResize.resize(
          image,
          Math.max(1, (int) (image.width() * scale)),
          Math.max(1, (int) (image.height() * scale)));
    }
  }
}
