package io.spinexr.finding;

import java.util.List;
import java.util.Objects;

/**
 * What the networks and the decision rule say about one image.
 *
 * @param width of the original image in pixels
 * @param height of the original image in pixels
 * @param probability that the image is abnormal, in [0,1]
 * @param threshold c*: from here on the image counts as abnormal, in [0,1]
 * @param detected every finding of the detector, before fusion
 * @param findings those that the decision rule keeps, highest score first
 * @param warnings what a reader must know of the image or its preparation
 */
public record ImageFindings(
    ImageId image,
    int width,
    int height,
    double probability,
    double threshold,
    List<Finding> detected,
    List<Finding> findings,
    List<ImageWarning> warnings) {
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
    warnings = List.copyOf(warnings);
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
