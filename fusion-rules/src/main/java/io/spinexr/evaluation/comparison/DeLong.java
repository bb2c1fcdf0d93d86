package io.spinexr.evaluation.comparison;

import io.spinexr.evaluation.ScoredLabel;
import java.util.Arrays;
import java.util.List;

/**
 * The areas under the ROC curves of two classifiers on the same images, and whether they differ:
 * DeLong, DeLong and Clarke-Pearson 1988, computed from midranks as Sun and Xu 2014 do.
 *
 * @param first its area, in [0,1]
 * @param second its area, in [0,1]
 * @param firstVariance of the first area
 * @param secondVariance of the second area
 * @param covariance of the two
 */
public record DeLong(
    double first, double second, double firstVariance, double secondVariance, double covariance) {
  /** A confidence interval of 95 %, which may reach beyond what an area can be. */
  public record Interval(double low, double high) {
    private static Interval around(double value, double variance) {
      double half = NormalDistribution.Z_95 * Math.sqrt(variance);
      return new Interval(value - half, value + half);
    }
  }

  /**
   * @param first one per image
   * @param second of the same images in the same order
   * @throws IllegalArgumentException if the labels differ, or there are fewer than two normal or
   *     two abnormal images: no variance exists then
   */
  public static DeLong of(List<ScoredLabel> first, List<ScoredLabel> second) {
    boolean[] abnormal = Labels.common(first, second);
    int positives = 0;
    for (boolean label : abnormal) {
      positives += label ? 1 : 0;
    }
    if (positives < 2 || abnormal.length - positives < 2) {
      throw new IllegalArgumentException(
          "DeLong's test needs two normal and two abnormal images, but got %d normal and %d abnormal"
              .formatted(abnormal.length - positives, positives));
    }
    Placements one = Placements.of(first, positives);
    Placements other = Placements.of(second, positives);
    return new DeLong(
        one.area(),
        other.area(),
        one.covariance(one),
        other.covariance(other),
        one.covariance(other));
  }

  /** The first area less the second. */
  public double difference() {
    return first - second;
  }

  private double differenceVariance() {
    // Rounding must not make it negative where the classifiers agree.
    return Math.max(0, firstVariance + secondVariance - 2 * covariance);
  }

  /** Of the first area. */
  public Interval firstInterval() {
    return Interval.around(first, firstVariance);
  }

  /** Of the second area. */
  public Interval secondInterval() {
    return Interval.around(second, secondVariance);
  }

  /** Of the difference. */
  public Interval differenceInterval() {
    return Interval.around(difference(), differenceVariance());
  }

  /**
   * How likely the areas differ by as much if the classifiers are equally good (two-sided), in
   * [0,1]. Equal areas give 1, other areas that never vary give 0.
   */
  public double pValue() {
    return difference() == 0
        ? 1
        : NormalDistribution.twoSided(difference() / Math.sqrt(differenceVariance()));
  }

  /**
   * Per abnormal image the share of normal ones below it, per normal image the share of abnormal
   * ones above it; a tie is half a one.
   */
  private record Placements(double[] abnormal, double[] normal) {
    static Placements of(List<ScoredLabel> samples, int positives) {
      double[] high = new double[positives];
      double[] low = new double[samples.size() - positives];
      int p = 0;
      int n = 0;
      for (ScoredLabel sample : samples) {
        if (sample.abnormal()) {
          high[p++] = sample.probability();
        } else {
          low[n++] = sample.probability();
        }
      }
      double[] sortedHigh = high.clone();
      double[] sortedLow = low.clone();
      Arrays.sort(sortedHigh);
      Arrays.sort(sortedLow);
      return new Placements(
          Arrays.stream(high).map(value -> shareBelow(value, sortedLow)).toArray(),
          Arrays.stream(low).map(value -> 1 - shareBelow(value, sortedHigh)).toArray());
    }

    private static double shareBelow(double value, double[] sorted) {
      int below = countBelow(value, sorted);
      int notAbove = countBelow(Math.nextUp(value), sorted);
      return (below + notAbove) / (2.0 * sorted.length);
    }

    private static int countBelow(double value, double[] sorted) {
      int low = 0;
      int high = sorted.length;
      while (low < high) {
        int middle = (low + high) / 2;
        if (sorted[middle] < value) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    double area() {
      return mean(abnormal);
    }

    double covariance(Placements other) {
      return covariance(abnormal, other.abnormal) / abnormal.length
          + covariance(normal, other.normal) / normal.length;
    }

    private static double covariance(double[] a, double[] b) {
      double meanA = mean(a);
      double meanB = mean(b);
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += (a[i] - meanA) * (b[i] - meanB);
      }
      return sum / (a.length - 1);
    }

    private static double mean(double[] values) {
      return Arrays.stream(values).sum() / values.length;
    }
  }
}
