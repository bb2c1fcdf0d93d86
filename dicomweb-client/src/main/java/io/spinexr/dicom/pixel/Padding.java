package io.spinexr.dicom.pixel;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import java.util.OptionalInt;

/**
 * Stored values that fill an image where there is no anatomy (PS3.3 C.7.5.1.1.2).
 *
 * @param low the lowest of them
 * @param high the highest; below {@code low} if there are none
 */
public record Padding(int low, int high) {
  public static final Padding NONE = new Padding(0, -1);

  /**
   * @throws io.spinexr.dicom.DicomException if its attributes hold no integers
   */
  public static Padding of(DataSet dataSet, PixelFormat format) {
    OptionalInt value = dataSet.integer(Tag.PixelPaddingValue);
    if (value.isEmpty()) {
      return NONE;
    }
    int one = stored(value.getAsInt(), format);
    int other =
        stored(dataSet.integer(Tag.PixelPaddingRangeLimit).orElse(value.getAsInt()), format);
    return new Padding(Math.min(one, other), Math.max(one, other));
  }

  /** Writers mix up US and SS. */
  private static int stored(int number, PixelFormat format) {
    return format.signed() ? (short) number : number & 0xFFFF;
  }

  public boolean contains(int storedValue) {
    return low <= storedValue && storedValue <= high;
  }
}
