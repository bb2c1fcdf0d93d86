package io.spinexr.workshop.calibration;

import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.bootstrap.Resampled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The threshold that a rule chooses on a resample; NaN where no curve exists or none meets it. */
final class ResampledThreshold implements Resampled<String> {
  private static final String THRESHOLD = "threshold";

  private final List<ScoredLabel> samples;
  private final OperatingPoint rule;

  /** The images by descending probability. */
  private final int[] ranked;

  ResampledThreshold(List<ScoredLabel> samples, OperatingPoint rule) {
    this.samples = List.copyOf(samples);
    this.rule = rule;
    this.ranked =
        IntStream.range(0, samples.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -samples.get(i).probability()))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  @Override
  public int images() {
    return samples.size();
  }

  @Override
  public List<String> figures() {
    return List.of(THRESHOLD);
  }

  @Override
  public double[] on(int[] counts) {
    double positives = 0;
    double negatives = 0;
    for (int i = 0; i < counts.length; i++) {
      positives += samples.get(i).abnormal() ? counts[i] : 0;
      negatives += samples.get(i).abnormal() ? 0 : counts[i];
    }
    if (positives == 0 || negatives == 0) {
      return new double[] {Double.NaN};
    }
    List<RocCurve.Point> points = new ArrayList<>();
    double tp = 0;
    double fp = 0;
    double above = 0;
    for (int rank = 0; rank < ranked.length; rank++) {
      ScoredLabel sample = samples.get(ranked[rank]);
      tp += sample.abnormal() ? counts[ranked[rank]] : 0;
      fp += sample.abnormal() ? 0 : counts[ranked[rank]];
      boolean tied =
          rank + 1 < ranked.length
              && samples.get(ranked[rank + 1]).probability() == sample.probability();
      if (!tied && tp + fp > above) {
        above = tp + fp;
        points.add(new RocCurve.Point(sample.probability(), tp / positives, fp / negatives));
      }
    }
    try {
      return new double[] {rule.on(new RocCurve(points)).threshold()};
    } catch (IllegalArgumentException e) {
      return new double[] {Double.NaN};
    }
  }
}
