package io.spinexr.dicom.pixel;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import java.util.OptionalInt;

/**
 * What the image pixel module says of a grayscale image of one frame (PS3.3 C.7.6.3).
 *
 * @param bitsAllocated 8 or 16
 * @param bitsStored 1 to {@code bitsAllocated}
 * @param highBit where the most significant stored bit is
 * @param signed whether stored values are in two's complement
 * @param inverted whether the lowest value is white (MONOCHROME1)
 */
public record PixelFormat(
    int rows,
    int columns,
    int bitsAllocated,
    int bitsStored,
    int highBit,
    boolean signed,
    boolean inverted) {

  /**
   * @param maxMegapixels in millions of pixels
   * @throws UnsuitableImageException if the image is in colour, has several frames, is no grayscale
   *     image of 8 or 16 bits per pixel, or is larger than allowed
   */
  public static PixelFormat of(DataSet dataSet, int maxMegapixels) {
    if (!dataSet.contains(Tag.PixelData)) {
      throw new UnsuitableImageException("the object holds no pixel data");
    }
    boolean inverted = inverted(dataSet);
    int frames = dataSet.integer(Tag.NumberOfFrames).orElse(1);
    if (frames > 1) {
      throw new UnsuitableImageException("it is a multi-frame image of " + frames + " frames");
    }
    int rows = required(dataSet, Tag.Rows);
    int columns = required(dataSet, Tag.Columns);
    if (rows < 1 || columns < 1) {
      throw new UnsuitableImageException("it has %d rows and %d columns".formatted(rows, columns));
    }
    if ((long) rows * columns > maxMegapixels * 1_000_000L) {
      throw new UnsuitableImageException(
          "it has %d x %d pixels, more than the configured limit of %d million"
              .formatted(columns, rows, maxMegapixels));
    }
    return bits(dataSet, rows, columns, inverted);
  }

  private static boolean inverted(DataSet dataSet) {
    String photometric =
        dataSet
            .code(Tag.PhotometricInterpretation)
            .orElseThrow(() -> missing(Tag.PhotometricInterpretation));
    boolean inverted = photometric.equals("MONOCHROME1");
    if (!inverted && !photometric.equals("MONOCHROME2")) {
      throw new UnsuitableImageException("it is no grayscale image but a colour image");
    }
    int samples = required(dataSet, Tag.SamplesPerPixel);
    if (samples != 1) {
      throw new UnsuitableImageException(
          "it has %d samples per pixel where a grayscale image has 1".formatted(samples));
    }
    return inverted;
  }

  private static PixelFormat bits(DataSet dataSet, int rows, int columns, boolean inverted) {
    int allocated = required(dataSet, Tag.BitsAllocated);
    if (allocated != 8 && allocated != 16) {
      throw new UnsuitableImageException(
          "it has %d bits per pixel where 8 or 16 are supported".formatted(allocated));
    }
    int stored = required(dataSet, Tag.BitsStored);
    int high = dataSet.integer(Tag.HighBit).orElse(stored - 1);
    int representation = required(dataSet, Tag.PixelRepresentation);
    if (stored < 1 || high < stored - 1 || high >= allocated) {
      throw new UnsuitableImageException(
          "its pixel format contradicts itself: %d bits allocated, %d stored, high bit %d"
              .formatted(allocated, stored, high));
    }
    if (representation != 0 && representation != 1) {
      throw new UnsuitableImageException(
          Tag.describe(Tag.PixelRepresentation) + " is neither 0 nor 1");
    }
    return new PixelFormat(rows, columns, allocated, stored, high, representation == 1, inverted);
  }

  private static int required(DataSet dataSet, int tag) {
    OptionalInt value = dataSet.integer(tag);
    return value.orElseThrow(() -> missing(tag));
  }

  private static UnsuitableImageException missing(int tag) {
    return new UnsuitableImageException(Tag.describe(tag) + " is missing");
  }

  public int pixels() {
    return rows * columns;
  }

  int bytesPerPixel() {
    return bitsAllocated / 8;
  }

  /**
   * The stored value that a pixel cell holds. Bits outside the stored ones mean nothing (PS3.5
   * section 8.1.1).
   */
  int storedValue(int cell) {
    int upper = cell << 31 - highBit;
    return signed ? upper >> 32 - bitsStored : upper >>> 32 - bitsStored;
  }

  /** Whether a cell has bits set outside the stored ones, other than a repeated sign. */
  public boolean hasForeignBits(int cell) {
    int value = storedValue(cell);
    int shift = highBit + 1 - bitsStored;
    int mask = (1 << bitsAllocated) - 1;
    boolean extended = cell == (value << shift & mask);
    boolean zeroFilled = cell == (value << shift & (1 << highBit + 1) - 1);
    return !extended && !zeroFilled;
  }

  /** Whether a cell holds a negative value that its allocated bits alone would show as positive. */
  public boolean hidesSign(int cell) {
    return storedValue(cell) < 0 && cell >>> bitsAllocated - 1 == 0;
  }
}
