package io.spinexr.workshop.prediction;

import io.spinexr.finding.Finding;
import io.spinexr.finding.Probability;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model set says of one image of a data set.
 *
 * @param imageId the image's file name without its extension
 * @param probability of being abnormal, of the whole ensemble, in [0,1]
 * @param members each classifier's own, by model name, in the order of the model set
 * @param detected before fusion, highest score first, in pixels of the original image
 * @param rawProbability of the whole ensemble before calibration, in [0,1]
 */
public record ImagePrediction(
    String imageId,
    String studyId,
    ImageDescription image,
    double probability,
    Map<String, Double> members,
    List<Finding> detected,
    double rawProbability) {
  public ImagePrediction {
    Objects.requireNonNull(imageId, "imageId");
    Objects.requireNonNull(studyId, "studyId");
    Objects.requireNonNull(image, "image");
    Probability.require("probability", probability);
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    detected = List.copyOf(detected);
    Probability.require("rawProbability", rawProbability);
  }
}
