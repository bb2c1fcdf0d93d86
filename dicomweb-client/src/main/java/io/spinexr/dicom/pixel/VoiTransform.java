package io.spinexr.dicom.pixel;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Values of interest (PS3.3 C.11.2) as pydicom's {@code apply_voi_lut} computes them, its quirks
 * included: a VOI LUT goes before a window, the first of several is taken, the modality LUT is not
 * applied to the pixels, and only the output range of a window knows of it.
 */
public interface VoiTransform {

  /** What a stored value becomes. */
  double apply(int storedValue);

  /** The result of a subtraction in the number type that the transform gives. */
  default double wrap(double difference) {
    return difference;
  }

  /**
   * @throws DicomException if the data set asks for a transform that cannot be applied
   */
  static VoiTransform of(DataSet dataSet, PixelFormat format, List<ImageWarning> warnings) {
    if (dataSet.contains(Tag.VOILUTSequence)) {
      List<DataSet> tables = dataSet.sequence(Tag.VOILUTSequence);
      // The reference's pydicom fails at an empty sequence even beside a window.
      if (tables.isEmpty() && !Window.isIn(dataSet)) {
        throw new DicomException(Tag.describe(Tag.VOILUTSequence) + " has no item");
      }
      if (!tables.isEmpty() && LookupTable.isIn(tables.get(0))) {
        return table(tables.get(0), format, warnings);
      }
    }
    Optional<Window> window = Window.of(dataSet);
    if (window.isPresent()) {
      return window(dataSet, format, window.get());
    }
    return unchanged(format);
  }

  /** Stored values stay in the integer type of the pixels, whose subtraction wraps. */
  private static VoiTransform unchanged(PixelFormat format) {
    return new VoiTransform() {
      @Override
      public double apply(int storedValue) {
        return storedValue;
      }

      @Override
      public double wrap(double difference) {
        if (!format.signed()) {
          return difference;
        }
        return format.bitsAllocated() == 8 ? (byte) difference : (short) difference;
      }
    };
  }

  private static VoiTransform table(
      DataSet table, PixelFormat format, List<ImageWarning> warnings) {
    List<Integer> descriptor = LookupTable.descriptor(table);
    int entries = descriptor.get(0) == 0 ? 1 << 16 : descriptor.get(0);
    int first = descriptor.get(1);
    int depth = descriptor.get(2);
    if (depth != 8 && (depth < 10 || depth > 16)) {
      throw new DicomException("a VOI LUT of %d bits per entry".formatted(depth));
    }
    // The reference keeps indices in a number of the entries' type.
    int typeMask = depth == 8 ? 0xFF : 0xFFFF;
    if (depth == 8 && entries > 256) {
      warnings.add(
          new ImageWarning(
              Code.VOI_LUT_SHORTENED,
              "its VOI LUT has 8 bits per entry but %d entries; the reference uses the first 256"
                  .formatted(entries)));
    }
    int[] values = entries(table, entries, typeMask);
    // It also subtracts in the pixels' type if the first value fits that.
    boolean wraps8Bits = format.signed() && format.bitsAllocated() == 8 && first == (byte) first;
    return storedValue -> {
      int offset = wraps8Bits ? (byte) (storedValue - first) : storedValue - first;
      int index = storedValue < first ? 0 : Math.min(offset & typeMask, entries - 1);
      if (index >= values.length) {
        throw new DicomException("its VOI LUT has less data than entries");
      }
      return values[index];
    };
  }

  private static int[] entries(DataSet table, int entries, int typeMask) {
    ByteBuffer data = table.bytes(Tag.LUTData).orElseThrow();
    int size = data.remaining() / 2;
    Optional<VR> vr = table.vr(Tag.LUTData);
    boolean words = vr.equals(Optional.of(VR.OW));
    boolean numbers = vr.equals(Optional.of(VR.US)) || vr.equals(Optional.of(VR.SS));
    if (entries < 1 || !(words && data.remaining() == 2L * entries) && !(numbers && size > 1)) {
      throw new DicomException(
          "its VOI LUT does not have the data of %d entries".formatted(entries));
    }
    int[] values = new int[size];
    for (int i = 0; i < size; i++) {
      values[i] = data.getShort(2 * i) & typeMask;
    }
    return values;
  }

  private static VoiTransform window(DataSet dataSet, PixelFormat format, Window window) {
    double low = format.signed() ? -Math.scalb(1.0, format.bitsStored() - 1) : 0;
    double high = Math.scalb(1.0, format.bitsStored() - (format.signed() ? 1 : 0)) - 1;
    List<DataSet> modalityTables = dataSet.sequence(Tag.ModalityLUTSequence);
    if (!modalityTables.isEmpty()) {
      low = 0;
      high = Math.scalb(1.0, LookupTable.descriptor(modalityTables.get(0)).get(2)) - 1;
    }
    OptionalDouble slope = dataSet.decimal(Tag.RescaleSlope);
    OptionalDouble intercept = dataSet.decimal(Tag.RescaleIntercept);
    if (slope.isPresent() && intercept.isPresent()) {
      low = low * slope.getAsDouble() + intercept.getAsDouble();
      high = high * slope.getAsDouble() + intercept.getAsDouble();
    }
    double from = low;
    double to = high;
    return storedValue -> window.apply(storedValue, from, to);
  }
}
