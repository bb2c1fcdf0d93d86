package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.BootstrapInterval;
import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How well probabilities tell abnormal images from normal ones.
 *
 * @param confusion counts at the threshold
 */
public record ClassifierFigures(
    Measure auroc,
    Measure f1,
    Measure sensitivity,
    Measure specificity,
    Measure precision,
    ConfusionMatrix confusion) {
  /** As in the paper (section 3.1). */
  public static final int RESAMPLES = 10_000;

  private static final long SEED = 0;

  /**
   * @throws IllegalArgumentException if the samples are not of both classes
   */
  static ClassifierFigures of(double threshold, List<ScoredLabel> samples) {
    return new ClassifierFigures(
        measure(samples, ClassifierFigures::areaOrNaN),
        atThreshold(threshold, samples, ConfusionMatrix::f1),
        atThreshold(threshold, samples, ConfusionMatrix::sensitivity),
        atThreshold(threshold, samples, ConfusionMatrix::specificity),
        atThreshold(threshold, samples, ClassifierFigures::precision),
        ConfusionMatrix.at(threshold, samples));
  }

  private static Measure atThreshold(
      double threshold, List<ScoredLabel> samples, ToDoubleFunction<ConfusionMatrix> figure) {
    return measure(samples, drawn -> figure.applyAsDouble(ConfusionMatrix.at(threshold, drawn)));
  }

  private static Measure measure(
      List<ScoredLabel> samples, ToDoubleFunction<List<ScoredLabel>> figure) {
    double value = figure.applyAsDouble(samples);
    if (Double.isNaN(value)) {
      return new Measure(value, value, value);
    }
    BootstrapInterval interval = BootstrapInterval.of(samples, figure, RESAMPLES, SEED);
    return new Measure(value, interval.low(), interval.high());
  }

  private static double precision(ConfusionMatrix confusion) {
    return (double) confusion.truePositives()
        / (confusion.truePositives() + confusion.falsePositives());
  }

  private static double areaOrNaN(List<ScoredLabel> sample) {
    long abnormal = sample.stream().filter(ScoredLabel::abnormal).count();
    return abnormal == 0 || abnormal == sample.size() ? Double.NaN : RocCurve.of(sample).area();
  }
}
