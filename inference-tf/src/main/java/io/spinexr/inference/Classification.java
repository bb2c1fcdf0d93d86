package io.spinexr.inference;

import io.spinexr.finding.Probability;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the classifiers say about one image.
 *
 * @param probability that the image is abnormal, of the whole ensemble, in [0,1]; calibrated if the
 *     model set says how
 * @param logit log-odds of the same
 * @param raw the ensemble's probability before calibration, in [0,1]
 * @param perModel each member's own probability, which nothing calibrates, by model name, in the
 *     order of the model set
 */
public record Classification(
    double probability, double logit, double raw, Map<String, Double> perModel) {
  public Classification {
    Probability.require("probability", probability);
    if (!Double.isFinite(logit)) {
      throw new IllegalArgumentException("logit must be finite, but is " + logit);
    }
    Probability.require("raw", raw);
    perModel = Collections.unmodifiableMap(new LinkedHashMap<>(perModel));
  }
}
