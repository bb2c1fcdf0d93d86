package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.pixel.LookupTable;
import io.spinexr.dicom.pixel.PixelFormat;
import io.spinexr.dicom.pixel.StoredValues;
import io.spinexr.dicom.pixel.Window;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.image.Preprocessing;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * From stored values to 8 bits as DICOM prescribes it (PS3.3 C.11): modality LUT or rescale, VOI
 * LUT or window, Presentation LUT Shape or, where there is none, the photometric interpretation.
 * What the window makes black is level 0, what it makes white level 255. Without VOI LUT and window
 * the values that occur are stretched. Pixel padding is black and has no part in this.
 */
final class StandardChain implements GrayscaleChain {
  private final DataSet dataSet;
  private final PixelFormat format;
  private final Preprocessing.Standard preprocessing;
  private final List<ImageWarning> warnings;

  StandardChain(
      DataSet dataSet,
      PixelFormat format,
      Preprocessing.Standard preprocessing,
      List<ImageWarning> warnings) {
    this.dataSet = dataSet;
    this.format = format;
    this.preprocessing = preprocessing;
    this.warnings = warnings;
  }

  @Override
  public int[] levels(StoredValues stored, int[] shown) {
    double[] real = Arrays.stream(stored.values()).mapToDouble(modality()::applyAsDouble).toArray();
    double[] bright = Arrays.stream(real).map(voi(real, stored.counts(), shown)).toArray();
    if (inverted()) {
      Arrays.setAll(bright, i -> 1 - bright[i]);
    }
    if (preprocessing.clips()) {
      DoubleUnaryOperator clip = between(bright, stored.counts(), shown);
      Arrays.setAll(bright, i -> clip.applyAsDouble(bright[i]));
    }
    int[] levels = new int[bright.length];
    for (int place : shown) {
      levels[place] = (int) (bright[place] * WHITE);
    }
    return levels;
  }

  private DoubleUnaryOperator modality() {
    List<DataSet> tables = dataSet.sequence(Tag.ModalityLUTSequence);
    if (!tables.isEmpty()) {
      return LookupTable.of(tables.get(0), format.signed())::entry;
    }
    double slope = dataSet.decimal(Tag.RescaleSlope).orElse(1);
    double intercept = dataSet.decimal(Tag.RescaleIntercept).orElse(0);
    return value -> value * slope + intercept;
  }

  /** Brightness from 0 to 1. */
  private DoubleUnaryOperator voi(double[] real, int[] counts, int[] shown) {
    try {
      Optional<DataSet> table = dataSet.sequence(Tag.VOILUTSequence).stream().findFirst();
      if (table.isPresent()) {
        LookupTable voi =
            LookupTable.of(table.get(), Arrays.stream(real).anyMatch(value -> value < 0));
        return value -> (double) voi.entry(value) / voi.white();
      }
      Optional<Window> window = Window.of(dataSet);
      if (window.isPresent()) {
        return value -> window.get().apply(value, 0, 1);
      }
    } catch (DicomException e) {
      warnings.add(
          new ImageWarning(
              Code.VOI_TRANSFORM_LEFT_OUT,
              "its VOI transform could not be applied (%s); its values were stretched instead"
                  .formatted(e.getMessage())));
    }
    if (!preprocessing.clips()) {
      RangeDoubts.ofOutliers(real, counts, shown).ifPresent(warnings::add);
    }
    return stretch(extreme(real, shown, false), extreme(real, shown, true));
  }

  private static double extreme(double[] values, int[] places, boolean highest) {
    double sign = highest ? 1 : -1;
    return sign * Arrays.stream(places).mapToDouble(i -> sign * values[i]).max().orElseThrow();
  }

  private static DoubleUnaryOperator stretch(double black, double white) {
    return value -> white > black ? Math.max(0, Math.min((value - black) / (white - black), 1)) : 0;
  }

  /** What has no presentation LUT shape is shown by its photometric interpretation. */
  private boolean inverted() {
    return dataSet.code(Tag.PresentationLUTShape).map("INVERSE"::equals).orElse(format.inverted());
  }

  private DoubleUnaryOperator between(double[] bright, int[] counts, int[] shown) {
    int[] rising =
        IntStream.of(shown)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> bright[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return stretch(
        percentile(bright, counts, rising, preprocessing.lowPercent()),
        percentile(bright, counts, rising, preprocessing.highPercent()));
  }

  /** Between the two pixels nearest to it in rank, linearly. */
  private static double percentile(double[] bright, int[] counts, int[] rising, double percent) {
    long pixels = Arrays.stream(rising).mapToLong(i -> counts[i]).sum();
    double rank = percent / 100 * (pixels - 1);
    double low = ranked(bright, counts, rising, (long) Math.floor(rank));
    double high = ranked(bright, counts, rising, (long) Math.ceil(rank));
    return low + (rank - Math.floor(rank)) * (high - low);
  }

  private static double ranked(double[] bright, int[] counts, int[] rising, long rank) {
    long passed = 0;
    for (int place : rising) {
      passed += counts[place];
      if (passed > rank) {
        return bright[place];
      }
    }
    throw new IllegalArgumentException("no pixel of rank " + rank);
  }
}
