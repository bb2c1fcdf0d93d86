package io.spinexr.dicom.pixel;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A modality or VOI LUT as DICOM prescribes it (PS3.3 C.11.1.1 and C.11.2.1.1): what is below the
 * first value mapped gets the first entry, what is above the last one the last.
 *
 * @param first value mapped
 * @param bits of an entry: entries go from 0 to 2^bits - 1
 */
public record LookupTable(int first, int bits, int[] entries) {

  /** Whether an item of a LUT sequence has descriptor and data. */
  static boolean isIn(DataSet item) {
    return hasValue(item, Tag.LUTDescriptor) && hasValue(item, Tag.LUTData);
  }

  private static boolean hasValue(DataSet dataSet, int tag) {
    return dataSet.bytes(tag).map(ByteBuffer::hasRemaining).orElse(false);
  }

  /**
   * Number of entries (0: 65536), first value mapped, bits of an entry.
   *
   * @throws DicomException if there are less than three numbers
   */
  static List<Integer> descriptor(DataSet item) {
    List<Integer> descriptor = item.integers(Tag.LUTDescriptor);
    if (descriptor.size() < 3) {
      throw new DicomException(Tag.describe(Tag.LUTDescriptor) + " has less than 3 values");
    }
    return descriptor;
  }

  /**
   * @param signed whether the values to look up may be negative; writers mix up US and SS
   * @throws DicomException if descriptor and data do not fit
   */
  public static LookupTable of(DataSet item, boolean signed) {
    List<Integer> descriptor = descriptor(item);
    int count = descriptor.get(0) == 0 ? 1 << 16 : descriptor.get(0) & 0xFFFF;
    int first = signed ? (short) (int) descriptor.get(1) : descriptor.get(1) & 0xFFFF;
    int bits = descriptor.get(2);
    ByteBuffer data = item.bytes(Tag.LUTData).orElse(ByteBuffer.allocate(0));
    boolean bytes = bits == 8 && data.remaining() < 2 * count;
    if (bits < 8 || bits > 16 || data.remaining() < (bytes ? count : 2 * count)) {
      throw new DicomException(
          "a LUT of %d entries of %d bits does not fit its %d bytes of data"
              .formatted(count, bits, data.remaining()));
    }
    int[] entries = new int[count];
    for (int i = 0; i < count; i++) {
      entries[i] = bytes ? data.get(i) & 0xFF : data.getShort(2 * i) & 0xFFFF;
    }
    return new LookupTable(first, bits, entries);
  }

  public int entry(double value) {
    long index = Math.round(value) - first;
    return entries[(int) Math.max(0, Math.min(index, entries.length - 1))];
  }

  /** The highest entry that the number of bits allows. */
  public int white() {
    return (1 << bits) - 1;
  }
}
