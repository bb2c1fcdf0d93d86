package io.spinexr.workshop.dataset;

/** Width and height of an original image in pixels. */
public record ImageSize(int width, int height) {
  public ImageSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "image size must be positive, but is %d x %d".formatted(width, height));
    }
  }
}
