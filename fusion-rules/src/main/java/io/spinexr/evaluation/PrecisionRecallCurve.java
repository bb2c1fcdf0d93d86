package io.spinexr.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Precision and recall of a classifier: one point per distinct probability, from the highest
 * threshold to the lowest. A sample counts as positive at or above the threshold.
 */
public record PrecisionRecallCurve(List<Point> points) {
  /**
   * @param precision share of the images called abnormal that are, in [0,1]
   * @param recall share of the abnormal images called abnormal (sensitivity), in [0,1]
   */
  public record Point(double threshold, double precision, double recall) {}

  public PrecisionRecallCurve {
    points = List.copyOf(points);
  }

  /**
   * @throws IllegalArgumentException if no sample is abnormal: recall does not exist then
   */
  public static PrecisionRecallCurve of(List<ScoredLabel> samples) {
    long positives = samples.stream().filter(ScoredLabel::abnormal).count();
    if (positives == 0) {
      throw new IllegalArgumentException(
          "a precision-recall curve needs abnormal images, but all %d are normal"
              .formatted(samples.size()));
    }
    List<Point> points = new ArrayList<>();
    for (RocCurve.Step step : RocCurve.steps(samples)) {
      double tp = step.truePositives();
      points.add(new Point(step.threshold(), tp / (tp + step.falsePositives()), tp / positives));
    }
    return new PrecisionRecallCurve(points);
  }

  /** Precision averaged over the rises of recall, without interpolation, in [0,1]. */
  public double averagePrecision() {
    double sum = 0;
    double recall = 0;
    for (Point point : points) {
      sum += (point.recall() - recall) * point.precision();
      recall = point.recall();
    }
    return sum;
  }
}
