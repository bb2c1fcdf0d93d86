package io.spinexr.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The receiver operating characteristic of a classifier: one point per distinct probability, from
 * the highest threshold to the lowest. A sample counts as positive at or above the threshold.
 */
public record RocCurve(List<Point> points) {
  /**
   * @param sensitivity true positive rate in [0,1]
   * @param specificity true negative rate in [0,1]
   */
  public record Point(double threshold, double sensitivity, double specificity) {
    /** Youden's J = sensitivity + specificity - 1. */
    public double youden() {
      return sensitivity + specificity - 1;
    }
  }

  public RocCurve {
    points = List.copyOf(points);
  }

  /**
   * @throws IllegalArgumentException if the samples are not of both classes: no curve exists then
   */
  public static RocCurve of(List<ScoredLabel> samples) {
    long positives = samples.stream().filter(ScoredLabel::abnormal).count();
    long negatives = samples.size() - positives;
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "a ROC curve needs normal and abnormal images, but got %d normal and %d abnormal"
              .formatted(negatives, positives));
    }
    List<ScoredLabel> descending =
        samples.stream()
            .sorted(Comparator.comparingDouble(ScoredLabel::probability).reversed())
            .toList();
    List<Point> points = new ArrayList<>();
    long tp = 0;
    long fp = 0;
    for (int i = 0; i < descending.size(); i++) {
      ScoredLabel sample = descending.get(i);
      if (sample.abnormal()) {
        tp++;
      } else {
        fp++;
      }
      boolean lastOfTie =
          i + 1 == descending.size() || descending.get(i + 1).probability() < sample.probability();
      if (lastOfTie) {
        points.add(
            new Point(sample.probability(), (double) tp / positives, 1 - (double) fp / negatives));
      }
    }
    return new RocCurve(points);
  }

  /**
   * Area under the curve by the trapezoidal rule, which counts a tie as half (Mann-Whitney U), in
   * [0,1].
   */
  public double area() {
    double area = 0;
    double sensitivity = 0;
    double falsePositiveRate = 0;
    for (Point point : points) {
      double rate = 1 - point.specificity();
      area += (rate - falsePositiveRate) * (point.sensitivity() + sensitivity) / 2;
      sensitivity = point.sensitivity();
      falsePositiveRate = rate;
    }
    return area;
  }
}
