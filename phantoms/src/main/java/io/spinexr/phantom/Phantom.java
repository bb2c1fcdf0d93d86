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

  /**
   * What the detector stored.
   *
   * @param width in pixels
   * @param height in pixels
   * @param values row by row, 0 to {@code 2^bits - 1}
   * @param bits that the values use, 9 to 14
   * @param monochrome1 photometric interpretation: true if low values are bright (MONOCHROME1),
   *     false if they are dark (MONOCHROME2)
   * @param window that the image is to be shown with
   * @param spacing in millimetres, at the detector
   */
  public record Pixels(
      int width,
      int height,
      short[] values,
      int bits,
      boolean monochrome1,
      Window window,
      double spacing) {
    public Pixels {
      if ((long) width * height != values.length) {
        throw new IllegalArgumentException(
            "%d x %d pixels, but %d values".formatted(width, height, values.length));
      }
    }

    /**
     * Window Center and Window Width of a LINEAR window (PS3.3 C.11.2.1.2), in stored values.
     *
     * @param width 0 if there is none
     */
    public record Window(int center, int width) {
      /** No window: the values are shown as they are. */
      public static final Window NONE = new Window(0, 0);

      /** Where a stored value lies in the window, from 0 to {@code largest}. */
      double apply(int value, int largest) {
        if (width == 0) {
          return value;
        }
        double share = (value - (center - 0.5)) / (width - 1) + 0.5;
        return Math.max(0, Math.min(1, share)) * largest;
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
   * The 8-bit image that decoding this phantom's DICOM file gives: windowed, inverted if
   * MONOCHROME1, lowest value to 0, highest to 255, truncated.
   */
  public GrayscaleImage grayscale() {
    int least = Integer.MAX_VALUE;
    int most = Integer.MIN_VALUE;
    for (short value : pixels.values()) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    int largest = (1 << pixels.bits()) - 1;
    double min = pixels.window().apply(least, largest);
    double max = pixels.window().apply(most, largest);
    byte[] levels = new byte[1 << pixels.bits()];
    for (int value = least; value <= most; value++) {
      double shown = pixels.window().apply(value, largest);
      double upright = pixels.monochrome1() ? max - shown : shown - min;
      levels[value] = (byte) (max == min ? 0 : (int) (upright / (max - min) * 255));
    }
    byte[] gray = new byte[pixels.values().length];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = levels[pixels.values()[i]];
    }
    return new GrayscaleImage(width(), height(), gray);
  }
}
