package io.spinexr.fusion;

import io.spinexr.finding.Finding;
import io.spinexr.finding.Probability;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The decision rule of VinDr-SpineXR (section 2.4): the classifier decides how much of the detector
 * is believed. An image at or above the threshold keeps every finding; below it only confident
 * findings stay.
 *
 * @param threshold c*, in [0,1]; the paper's is {@value #PUBLISHED_THRESHOLD}
 * @param keepScore the score that a finding needs on a normal image, in [0,1]; the paper's is 0.5
 * @param boundary whether a score equal to {@code keepScore} stays
 */
public record DecisionRule(double threshold, double keepScore, Boundary boundary) {
  /** Youden-optimal threshold of the published ensemble. */
  public static final double PUBLISHED_THRESHOLD = 0.2808;

  /** What happens to a score exactly at the limit: paper and reference implementation differ. */
  public enum Boundary {
    /** The reference implementation: a score of exactly {@code keepScore} stays. */
    INCLUSIVE,
    /** The paper's wording, "higher than 0.5": it does not. */
    EXCLUSIVE
  }

  public DecisionRule {
    Probability.require("threshold", threshold);
    Probability.require("keepScore", keepScore);
    Objects.requireNonNull(boundary, "boundary");
  }

  /**
   * The rule as the reference implementation runs it, with the threshold of the classifier in use.
   */
  public static DecisionRule reference(double threshold) {
    return new DecisionRule(threshold, 0.5, Boundary.INCLUSIVE);
  }

  /**
   * The findings that stay, highest score first.
   *
   * @param probability that the image is abnormal, in [0,1]
   */
  public List<Finding> apply(double probability, List<Finding> detected) {
    Probability.require("probability", probability);
    boolean abnormal = probability >= threshold;
    return detected.stream()
        .filter(finding -> abnormal || confident(finding.score()))
        .sorted(Comparator.comparingDouble(Finding::score).reversed())
        .toList();
  }

  /** Whether a score is enough for a finding to stay on an image below the threshold. */
  public boolean confident(double score) {
    return boundary == Boundary.INCLUSIVE ? score >= keepScore : score > keepScore;
  }
}
