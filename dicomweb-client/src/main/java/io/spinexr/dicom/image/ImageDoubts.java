package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.pixel.PixelFormat;
import io.spinexr.dicom.pixel.StoredValues;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a reader must know of an image however it was prepared. */
final class ImageDoubts {
  /** Pixels on the shorter side; networks enlarge what is smaller than their input. */
  private static final int SMALL_EDGE = 256;

  private static final int ELONGATED = 4;

  /** Gray levels between which nearly all pixels lie. */
  private static final int LITTLE_CONTRAST = 8;

  private static final int FEW_VALUES = 16;
  private static final double NEARLY_ALL = 0.98;

  private final List<ImageWarning> warnings = new ArrayList<>();

  private ImageDoubts() {}

  /**
   * @param shown places of the stored values that are no padding
   * @param levels gray level of each stored value
   */
  static List<ImageWarning> of(
      DataSet dataSet, PixelFormat format, StoredValues stored, int[] shown, int[] levels) {
    ImageDoubts doubts = new ImageDoubts();
    try {
      doubts.header(dataSet);
    } catch (DicomException e) {
      doubts.warn(Code.DATA_SET_IRREGULAR, e.getMessage());
    }
    doubts.size(format.columns(), format.rows());
    doubts.pixels(format, stored, shown, levels);
    return doubts.warnings;
  }

  private void warn(Code code, String text) {
    warnings.add(new ImageWarning(code, text));
  }

  private void header(DataSet dataSet) {
    if (Exposure.isForProcessing(dataSet)) {
      warn(
          Code.FOR_PROCESSING,
          "it is raw detector data (for processing), which no radiologist reads; the networks know"
              + " images for presentation");
    }
    if (dataSet.code(Tag.BurnedInAnnotation).filter("YES"::equals).isPresent()) {
      warn(
          Code.BURNED_IN_ANNOTATION,
          "text or graphics are burned into its pixels and may be taken for findings");
    }
  }

  private void size(int width, int height) {
    int shorter = Math.min(width, height);
    int longer = Math.max(width, height);
    if (shorter < SMALL_EDGE) {
      warn(
          Code.VERY_SMALL,
          "it has only %d x %d pixels: fine structures cannot be seen".formatted(width, height));
    }
    if (longer > ELONGATED * shorter) {
      warn(
          Code.VERY_ELONGATED,
          "it is more than %d times as long as wide (%d x %d pixels): the classifier sees it squeezed into another shape"
              .formatted(ELONGATED, width, height));
    }
  }

  private void pixels(PixelFormat format, StoredValues stored, int[] shown, int[] levels) {
    long foreign = stored.pixels(format::hasForeignBits);
    if (foreign > 0) {
      warn(
          Code.BITS_MASKED,
          "%d pixels have bits set outside the %d stored ones; those bits were ignored"
              .formatted(foreign, format.bitsStored()));
    }
    if (shown.length < FEW_VALUES || hasLittleContrast(stored.counts(), shown, levels)) {
      warn(
          Code.NEARLY_CONSTANT_IMAGE,
          "it has hardly any contrast: what looks like a structure may be noise");
    }
  }

  private static boolean hasLittleContrast(int[] counts, int[] shown, int[] levels) {
    long[] pixels = new long[GrayscaleChain.WHITE + 1];
    for (int place : shown) {
      pixels[levels[place]] += counts[place];
    }
    long all = Arrays.stream(pixels).sum();
    long densest =
        IntStream.rangeClosed(0, pixels.length - LITTLE_CONTRAST)
            .mapToLong(low -> Arrays.stream(pixels, low, low + LITTLE_CONTRAST).sum())
            .max()
            .orElseThrow();
    return densest > NEARLY_ALL * all;
  }
}
