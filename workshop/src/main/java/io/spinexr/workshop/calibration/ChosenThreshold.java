package io.spinexr.workshop.calibration;

import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.Resampling;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Measure;
import io.spinexr.workshop.evaluation.PredictedImage;
import java.util.List;

/**
 * The threshold that a rule chooses for a set.
 *
 * @param threshold with its interval from resampled studies
 */
public record ChosenThreshold(OperatingPoint rule, Measure threshold) {
  private static final long SEED = 0;

  /**
   * @throws IllegalArgumentException if the images are not both normal and abnormal, or no
   *     threshold meets the rule
   */
  public static ChosenThreshold of(EvaluationSet set, OperatingPoint rule) {
    List<ScoredLabel> samples = set.images().stream().map(PredictedImage::label).toList();
    double threshold = rule.on(RocCurve.of(samples)).threshold();
    ResampledThreshold resampled = new ResampledThreshold(samples, rule);
    return new ChosenThreshold(
        rule,
        Measure.of(
            threshold,
            () ->
                Bootstrap.of(
                        Resampling.ofStudies(
                            set.images().stream().map(PredictedImage::studyId).toList(),
                            ClassifierFigures.RESAMPLES,
                            SEED),
                        List.of(resampled))
                    .interval(0, resampled.figures().get(0))));
  }
}
