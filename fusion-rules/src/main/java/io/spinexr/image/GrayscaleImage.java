package io.spinexr.image;

import java.util.Objects;

/**
 * An 8-bit radiograph as the networks start from it: row by row from the top left, 0 is black.
 * Bright means dense (MONOCHROME2). The array is shared, not copied: whoever makes the image hands
 * it over and does not write to it again.
 *
 * @param pixels {@code width * height} unsigned bytes
 */
public record GrayscaleImage(int width, int height, byte[] pixels) {
  public GrayscaleImage {
    Objects.requireNonNull(pixels, "pixels");
    if (width < 1 || height < 1 || (long) width * height != pixels.length) {
      throw new IllegalArgumentException(
          "an image of %d x %d pixels cannot hold %d bytes"
              .formatted(width, height, pixels.length));
    }
  }

  /** The grey level at column {@code x}, row {@code y}, in 0..255. */
  public int at(int x, int y) {
    return pixels[Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width)] & 0xFF;
  }
}
