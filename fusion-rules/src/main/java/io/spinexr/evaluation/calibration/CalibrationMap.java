package io.spinexr.evaluation.calibration;

import io.spinexr.evaluation.ScoredLabel;
import java.util.List;

/** Turns what a classifier says into a probability that can be taken at its word. */
public sealed interface CalibrationMap permits CalibrationMap.Unchanged, Temperature, Isotonic {
  /** The kinds, simplest first. */
  enum Kind {
    UNCHANGED,
    TEMPERATURE,
    ISOTONIC;

    /**
     * Fits a map of this kind.
     *
     * @throws IllegalArgumentException if there are no samples
     */
    public CalibrationMap fit(List<ScoredLabel> samples) {
      if (samples.isEmpty()) {
        throw new IllegalArgumentException("a calibration needs images, but got none");
      }
      return switch (this) {
        case UNCHANGED -> new Unchanged();
        case TEMPERATURE -> Temperature.fit(samples);
        case ISOTONIC -> Isotonic.fit(samples);
      };
    }
  }

  /** It never falls where the probability rises; both are in [0,1]. */
  double apply(double probability);

  /** The same samples on the calibrated scale. */
  default List<ScoredLabel> apply(List<ScoredLabel> samples) {
    return samples.stream()
        .map(sample -> new ScoredLabel(apply(sample.probability()), sample.abnormal()))
        .toList();
  }

  /** The classifier is taken at its word. */
  record Unchanged() implements CalibrationMap {
    @Override
    public double apply(double probability) {
      return probability;
    }
  }
}
