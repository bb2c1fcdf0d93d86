package io.spinexr.finding;

import java.util.List;
import java.util.Objects;

/**
 * What the networks and the decision rule say about one image.
 *
 * @param width of the original image in pixels
 * @param height of the original image in pixels
 * @param probability that the image is abnormal, in [0,1]; calibrated if the model set says how
 * @param threshold c*: from here on the image counts as abnormal, in [0,1]
 * @param detected every finding of the detector, before fusion
 * @param findings those that the decision rule keeps and that are displayed, highest score first
 * @param warnings what a reader must know of the image or its preparation
 * @param rawProbability what the classifiers themselves say, before calibration, in [0,1]
 */
public record ImageFindings(
    ImageId image,
    int width,
    int height,
    double probability,
    double threshold,
    List<Finding> detected,
    List<Finding> findings,
    List<ImageWarning> warnings,
    double rawProbability) {
  public ImageFindings {
    Objects.requireNonNull(image, "image");
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "image size must be positive, but is %d x %d".formatted(width, height));
    }
    Probability.require("probability", probability);
    Probability.require("threshold", threshold);
    detected = List.copyOf(detected);
    findings = List.copyOf(findings);
    if (!findings.stream().allMatch(Finding::displayed)) {
      throw new IllegalArgumentException("a finding that is kept must be one that is displayed");
    }
    warnings = List.copyOf(warnings);
    Probability.require("rawProbability", rawProbability);
  }

  /** What a model set without a calibration says: its probability is the classifiers' own. */
  public ImageFindings(
      ImageId image,
      int width,
      int height,
      double probability,
      double threshold,
      List<Finding> detected,
      List<Finding> findings,
      List<ImageWarning> warnings) {
    this(image, width, height, probability, threshold, detected, findings, warnings, probability);
  }

  /** The classifier's verdict: probability at or above the threshold. */
  public boolean abnormal() {
    return probability >= threshold;
  }

  /** The verdict on this image. */
  public Verdict verdict() {
    if (abnormal()) {
      return Verdict.ABNORMAL_BY_CLASSIFIER;
    }
    return findings.isEmpty() ? Verdict.NOTHING_FOUND : Verdict.ABNORMAL_BY_DETECTOR;
  }
}
