package io.spinexr.dicom.pixel;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A window (PS3.3 C.11.2.1.2 and C.11.2.1.3). */
public record Window(double center, double width, Function function) {
  private enum Function {
    LINEAR,
    LINEAR_EXACT,
    SIGMOID
  }

  public Window {
    if (function == Function.LINEAR ? !(width >= 1) : !(width > 0)) {
      throw new DicomException(
          "%s is too small for a %s window".formatted(Tag.describe(Tag.WindowWidth), function));
    }
  }

  /** Whether the data set has one. */
  public static boolean isIn(DataSet dataSet) {
    return dataSet.decimal(Tag.WindowCenter).isPresent()
        && dataSet.decimal(Tag.WindowWidth).isPresent();
  }

  /**
   * The first window of a data set.
   *
   * @throws DicomException if it has no meaning
   */
  public static Optional<Window> of(DataSet dataSet) {
    OptionalDouble center = dataSet.decimal(Tag.WindowCenter);
    OptionalDouble width = dataSet.decimal(Tag.WindowWidth);
    return center.isPresent() && width.isPresent()
        ? Optional.of(new Window(center.getAsDouble(), width.getAsDouble(), function(dataSet)))
        : Optional.empty();
  }

  private static Function function(DataSet dataSet) {
    if (!dataSet.contains(Tag.VOILUTFunction)) {
      return Function.LINEAR;
    }
    try {
      return Function.valueOf(
          String.join("\\", dataSet.strings(Tag.VOILUTFunction)).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new DicomException(Tag.describe(Tag.VOILUTFunction) + " is not known", e);
    }
  }

  /** What a value becomes, from {@code low} to {@code high}. */
  public double apply(double value, double low, double high) {
    return switch (function) {
      case LINEAR -> linear(value, center - 0.5, width - 1, low, high);
      case LINEAR_EXACT -> linear(value, center, width, low, high);
      case SIGMOID -> (high - low) / (1 + Math.exp(-4 * (value - center) / width)) + low;
    };
  }

  private static double linear(double value, double center, double width, double low, double high) {
    if (value <= center - width / 2) {
      return low;
    }
    return value > center + width / 2
        ? high
        : ((value - center) / width + 0.5) * (high - low) + low;
  }
}
