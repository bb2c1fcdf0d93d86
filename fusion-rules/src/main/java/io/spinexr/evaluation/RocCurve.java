package io.spinexr.evaluation;

import io.spinexr.finding.Probability;
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
   * @param falsePositiveRate in [0,1]
   */
  public record Point(double threshold, double sensitivity, double falsePositiveRate) {
    /** True negative rate in [0,1]. */
    public double specificity() {
      return 1 - falsePositiveRate;
    }

    /** Youden's J = sensitivity + specificity - 1. */
    public double youden() {
      return sensitivity - falsePositiveRate;
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
    List<Point> points = new ArrayList<>();
    for (Step step : steps(samples)) {
      points.add(
          new Point(
              step.threshold(),
              (double) step.truePositives() / positives,
              (double) step.falsePositives() / negatives));
    }
    return new RocCurve(points);
  }

  /** How many samples of each class are at or above a threshold. */
  record Step(double threshold, long truePositives, long falsePositives) {}

  /** One step per distinct probability, from the highest to the lowest. */
  static List<Step> steps(List<ScoredLabel> samples) {
    List<ScoredLabel> descending =
        samples.stream()
            .sorted(Comparator.comparingDouble(ScoredLabel::probability).reversed())
            .toList();
    List<Step> steps = new ArrayList<>();
    long tp = 0;
    for (int i = 0; i < descending.size(); i++) {
      ScoredLabel sample = descending.get(i);
      tp += sample.abnormal() ? 1 : 0;
      if (i + 1 == descending.size()
          || descending.get(i + 1).probability() < sample.probability()) {
        steps.add(new Step(sample.probability(), tp, i + 1 - tp));
      }
    }
    return steps;
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
      area +=
          (point.falsePositiveRate() - falsePositiveRate) * (point.sensitivity() + sensitivity) / 2;
      sensitivity = point.sensitivity();
      falsePositiveRate = point.falsePositiveRate();
    }
    return area;
  }

  /**
   * The point of the highest Youden index; of several the one of the highest threshold, which is
   * the one that {@code argmax(tpr - fpr)} over scikit-learn's curve takes, so that a published
   * threshold comes out again. Where no threshold is better than chance, that expression takes one
   * above all probabilities, this method the best that some image has.
   */
  public Point youdenPoint() {
    Point best = points.get(0);
    for (Point point : points) {
      if (point.youden() > best.youden()) {
        best = point;
      }
    }
    return best;
  }

  /**
   * The point of the highest threshold that reaches a sensitivity, so the most specific one.
   *
   * @param required in [0,1]
   */
  public Point pointOfSensitivity(double required) {
    Probability.require("the required sensitivity", required);
    return points.stream().filter(p -> p.sensitivity() >= required).findFirst().orElseThrow();
  }

  /**
   * The point of the lowest threshold that reaches a specificity, so the most sensitive one.
   *
   * @param required in [0,1]
   * @throws IllegalArgumentException if none does: normal images have the highest probability
   */
  public Point pointOfSpecificity(double required) {
    Probability.require("the required specificity", required);
    return points.stream()
        .filter(p -> p.specificity() >= required)
        .reduce((higher, lower) -> lower)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no threshold reaches a specificity of %s; the highest one, %s, has %s"
                        .formatted(
                            required, points.get(0).threshold(), points.get(0).specificity())));
  }
}
