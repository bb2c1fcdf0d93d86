package io.spinexr.dicom.image;

import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether the darkest or the brightest value of an image, between which gray levels are stretched,
 * is none of the anatomy: the anatomy then has less contrast than it could have.
 */
final class RangeDoubts {
  /** As many pixels on a side may be defects of the detector. */
  private static final double FEW_PIXELS = 0.0001;

  /** Of the range; smaller losses of contrast do no harm. */
  private static final double MUCH_BY_PADDING = 0.1;

  private static final double MUCH_BY_OUTLIERS = 1 / 3.0;

  private RangeDoubts() {}

  /**
   * @param data what is stretched, for each of the stored values
   * @param shown places of the values that are no padding
   */
  static Optional<ImageWarning> ofPadding(double[] data, int[] shown) {
    double all = range(data, IntStream.range(0, data.length).toArray());
    double left = range(data, shown);
    return left < (1 - MUCH_BY_PADDING) * all
        ? Optional.of(
            new ImageWarning(
                Code.PADDING_SETS_RANGE,
                "pixel padding is its darkest or brightest value: the anatomy has only %.0f %% of the gray levels"
                    .formatted(100 * left / all)))
        : Optional.empty();
  }

  /**
   * @param data what is stretched, for each of the stored values
   * @param counts how many pixels have each
   * @param shown places of the values that are no padding
   */
  static Optional<ImageWarning> ofOutliers(double[] data, int[] counts, int[] shown) {
    double all = range(data, shown);
    double left = range(data, withoutOutliers(data, counts, shown));
    return left < (1 - MUCH_BY_OUTLIERS) * all
        ? Optional.of(
            new ImageWarning(
                Code.OUTLIERS_SET_RANGE,
                "a few pixels, perhaps defects of the detector, are its darkest or brightest: all others have only %.0f %% of the gray levels"
                    .formatted(100 * left / all)))
        : Optional.empty();
  }

  private static double range(double[] data, int[] places) {
    return places.length == 0
        ? 0
        : Arrays.stream(places).mapToDouble(i -> data[i]).max().orElseThrow()
            - Arrays.stream(places).mapToDouble(i -> data[i]).min().orElseThrow();
  }

  /** The values left when the few darkest and the few brightest pixels are gone. */
  private static int[] withoutOutliers(double[] data, int[] counts, int[] places) {
    int[] rising =
        IntStream.of(places)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> data[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    long few = (long) (FEW_PIXELS * Arrays.stream(places).mapToLong(i -> counts[i]).sum());
    int from = 0;
    for (long gone = 0; from < rising.length; from++) {
      gone += counts[rising[from]];
      if (gone > few) {
        break;
      }
    }
    int to = rising.length;
    for (long gone = 0; to > from; to--) {
      gone += counts[rising[to - 1]];
      if (gone > few) {
        break;
      }
    }
    return Arrays.copyOfRange(rising, from, to);
  }
}
