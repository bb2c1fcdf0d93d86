package io.spinexr.evaluation.calibration;

import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.finding.Probability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Isotonic regression: the rising function that comes closest to the labels, found by pooling
 * neighbours that are out of order (Ayer et al. 1955). Between its points it is linear, beyond them
 * constant.
 *
 * @param points by rising probability, at least one
 */
public record Isotonic(List<Point> points) implements CalibrationMap {
  /**
   * @param probability what the classifier says, in [0,1]
   * @param calibrated what it means, in [0,1]
   */
  public record Point(double probability, double calibrated) {
    public Point {
      Probability.require("probability", probability);
      Probability.require("calibrated", calibrated);
    }
  }

  public Isotonic {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("an isotonic calibration needs points");
    }
    for (int i = 1; i < points.size(); i++) {
      Point before = points.get(i - 1);
      Point point = points.get(i);
      if (!(before.probability < point.probability && before.calibrated <= point.calibrated)) {
        throw new IllegalArgumentException(
            "the points of an isotonic calibration must rise, but %s follows %s"
                .formatted(point, before));
      }
    }
  }

  /** Neighbouring probabilities that mean the same. */
  private record Pool(double lowest, double highest, int images, int abnormal) {
    Pool with(Pool next) {
      return new Pool(lowest, next.highest, images + next.images, abnormal + next.abnormal);
    }

    double share() {
      return (double) abnormal / images;
    }
  }

  static Isotonic fit(List<ScoredLabel> samples) {
    List<ScoredLabel> rising =
        samples.stream().sorted(Comparator.comparingDouble(ScoredLabel::probability)).toList();
    List<Pool> pools = new ArrayList<>();
    for (ScoredLabel sample : rising) {
      double probability = sample.probability();
      Pool pool = new Pool(probability, probability, 1, sample.abnormal() ? 1 : 0);
      if (!pools.isEmpty() && pools.get(pools.size() - 1).lowest == probability) {
        pool = pools.remove(pools.size() - 1).with(pool);
      }
      pools.add(pool);
    }
    List<Pool> ordered = new ArrayList<>();
    for (Pool next : pools) {
      Pool pool = next;
      while (!ordered.isEmpty() && ordered.get(ordered.size() - 1).share() >= pool.share()) {
        pool = ordered.remove(ordered.size() - 1).with(pool);
      }
      ordered.add(pool);
    }
    List<Point> points = new ArrayList<>();
    for (Pool pool : ordered) {
      points.add(new Point(pool.lowest, pool.share()));
      if (pool.highest > pool.lowest) {
        points.add(new Point(pool.highest, pool.share()));
      }
    }
    return new Isotonic(points);
  }

  @Override
  public double apply(double probability) {
    Point before = points.get(0);
    for (Point point : points) {
      if (point.probability >= probability) {
        return before == point
            ? point.calibrated
            : Math.min(
                point.calibrated, // which rounding must not pass
                before.calibrated
                    + (point.calibrated - before.calibrated)
                        * (probability - before.probability)
                        / (point.probability - before.probability));
      }
      before = point;
    }
    return before.calibrated;
  }
}
