package io.spinexr.phantom;

import io.spinexr.image.GrayscaleImage;
import java.util.List;
import java.util.Objects;

/**
 * A synthetic spine radiograph and what an annotator would have marked on it.
 *
 * @param facesLeft in a lateral view, whether the patient looks to the left edge of the image
 * @param lesions with boxes in pixels of this image; empty if the spine is normal
 */
public record Phantom(
    long seed,
    Pixels pixels,
    View view,
    Region region,
    boolean facesLeft,
    List<LesionBox> lesions) {

  /** Bits that the stored values use. */
  public static final int BITS_STORED = 12;

  /**
   * What the detector stored.
   *
   * @param width in pixels
   * @param height in pixels
   * @param values row by row, 0 to 4095
   * @param monochrome1 photometric interpretation: true if low values are bright (MONOCHROME1),
   *     false if they are dark (MONOCHROME2)
   * @param spacing in millimetres, at the detector
   */
  public record Pixels(int width, int height, short[] values, boolean monochrome1, double spacing) {
    public Pixels {
      if ((long) width * height != values.length) {
        throw new IllegalArgumentException(
            "%d x %d pixels, but %d values".formatted(width, height, values.length));
      }
    }
  }

  public Phantom {
    Objects.requireNonNull(view, "view");
    Objects.requireNonNull(region, "region");
    lesions = List.copyOf(lesions);
  }

  /** Of the image, in pixels. */
  public int width() {
    return pixels.width();
  }

  /** Of the image, in pixels. */
  public int height() {
    return pixels.height();
  }

  public boolean abnormal() {
    return !lesions.isEmpty();
  }

  /**
   * The 8-bit image that decoding this phantom's DICOM file gives: inverted if MONOCHROME1, lowest
   * value to 0, highest to 255, truncated.
   */
  public GrayscaleImage grayscale() {
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    for (short value : pixels.values()) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    byte[] levels = new byte[1 << BITS_STORED];
    for (int value = min; value <= max; value++) {
      int upright = pixels.monochrome1() ? max - value : value - min;
      levels[value] = (byte) (max == min ? 0 : (int) ((double) upright / (max - min) * 255));
    }
    byte[] gray = new byte[pixels.values().length];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = levels[pixels.values()[i]];
    }
    return new GrayscaleImage(width(), height(), gray);
  }
}
