package io.spinexr.workshop.evaluation;

import io.spinexr.finding.Finding;
import io.spinexr.finding.Probability;
import io.spinexr.phantom.LesionBox;
import java.util.List;

/**
 * What is known of an image and what the networks say.
 *
 * @param abnormal the truth
 * @param lesions the truth, in pixels of the image
 * @param probability of being abnormal, in [0,1]
 * @param detected before fusion
 */
public record Prediction(
    boolean abnormal, List<LesionBox> lesions, double probability, List<Finding> detected) {
  public Prediction {
    Probability.require("probability", probability);
    lesions = List.copyOf(lesions);
    detected = List.copyOf(detected);
  }
}
