package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.pixel.PixelFormat;
import io.spinexr.dicom.pixel.StoredValues;
import io.spinexr.dicom.pixel.VoiTransform;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.util.Arrays;
import java.util.List;

/**
 * From stored values to 8 bits as the reference implementation of VinDr-SpineXR does it: VOI
 * transform ({@link VoiTransform}), inversion of MONOCHROME1, then
 *
 * <pre>  level = trunc((value - min) / (max - min) * 255)</pre>
 *
 * <p>If the VOI transform fails, the reference scales the absolute stored values to 8 bits and
 * equalises their histogram, both as OpenCV does, and so does this class, with a warning. The chain
 * maps equal values to equal levels, so it works on the values that occur, not on pixels.
 */
final class ReferenceChain implements GrayscaleChain {
  private final DataSet dataSet;
  private final PixelFormat format;
  private final List<ImageWarning> warnings;

  ReferenceChain(DataSet dataSet, PixelFormat format, List<ImageWarning> warnings) {
    this.dataSet = dataSet;
    this.format = format;
    this.warnings = warnings;
  }

  @Override
  public int[] levels(StoredValues stored, int[] shown) {
    warnings.addAll(ReferenceDoubts.of(dataSet, format, stored));
    try {
      return stretched(stored, shown);
    } catch (DicomException e) {
      warn(
          Code.HISTOGRAM_EQUALIZED,
          "its VOI transform could not be applied (%s); the histogram was equalised instead"
              .formatted(e.getMessage()));
      return equalized(stored.values(), stored.counts());
    }
  }

  private void warn(Code code, String text) {
    warnings.add(new ImageWarning(code, text));
  }

  private int[] stretched(StoredValues stored, int[] shown) {
    VoiTransform voi = VoiTransform.of(dataSet, format, warnings);
    double[] data = Arrays.stream(stored.values()).mapToDouble(voi::apply).toArray();
    if (format.inverted()) {
      double max = max(data);
      Arrays.setAll(data, i -> voi.wrap(max - data[i]));
    }
    double min = Arrays.stream(data).min().orElseThrow();
    Arrays.setAll(data, i -> voi.wrap(data[i] - min));
    double range = max(data);
    boolean wrapped = Arrays.stream(data).anyMatch(value -> value < 0);
    if (wrapped) {
      warn(
          Code.ARITHMETIC_WRAPPED,
          "its values span more than the reference's 16-bit arithmetic, which wraps them");
    } else {
      RangeDoubts.ofPadding(data, shown).ifPresent(warnings::add);
      RangeDoubts.ofOutliers(data, stored.counts(), shown).ifPresent(warnings::add);
    }
    return range > 0
        ? Arrays.stream(data).mapToInt(value -> (int) (value / range * WHITE) & 0xFF).toArray()
        : new int[data.length];
  }

  private static double max(double[] data) {
    return Arrays.stream(data).max().orElseThrow();
  }

  /** OpenCV's convertScaleAbs with 255 / max, inversion, then its equalizeHist. */
  private int[] equalized(int[] values, int[] occurrences) {
    int max = Arrays.stream(values).max().orElseThrow();
    if (max == 0) {
      return new int[values.length];
    }
    float scale = (float) ((double) WHITE / max);
    int[] histogram = new int[WHITE + 1];
    int[] grays = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      int scaled = saturated(Math.abs(values[i] * scale));
      grays[i] = format.inverted() ? WHITE - scaled : scaled;
      histogram[grays[i]] += occurrences[i];
    }
    int[] levels = equalizedLevels(histogram, format.pixels());
    return Arrays.stream(grays).map(gray -> levels[gray]).toArray();
  }

  private static int[] equalizedLevels(int[] histogram, int total) {
    int first = 0;
    while (histogram[first] == 0) {
      first++;
    }
    int[] levels = new int[WHITE + 1];
    float scale = (float) WHITE / (total - histogram[first]);
    int sum = 0;
    for (int gray = first + 1; gray <= WHITE; gray++) {
      sum += histogram[gray];
      levels[gray] = saturated(sum * scale);
    }
    return levels;
  }

  /** Rounds halves to even, as the processor does for OpenCV. */
  private static int saturated(float value) {
    return (int) Math.min(Math.rint(value), WHITE);
  }
}
