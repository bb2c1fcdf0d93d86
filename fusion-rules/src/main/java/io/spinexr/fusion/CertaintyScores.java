package io.spinexr.fusion;

import io.spinexr.finding.Finding.Certainty;
import io.spinexr.finding.Probability;

/**
 * What a score is worth.
 *
 * @param display from here on a finding is shown, in [0,1]
 * @param report from here on it is reported, in [{@code display},1]; between the two it is
 *     uncertain
 */
public record CertaintyScores(double display, double report) {
  /** Where a model set does not say. */
  public static final CertaintyScores DEFAULT = new CertaintyScores(0.25, 0.5);

  public CertaintyScores {
    Probability.require("display", display);
    Probability.require("report", report);
    if (display > report) {
      throw new IllegalArgumentException(
          "display must be at most report, but display is %s and report %s"
              .formatted(display, report));
    }
  }

  Certainty of(double score) {
    return score >= report
        ? Certainty.REPORTED
        : score >= display ? Certainty.UNCERTAIN : Certainty.UNDISPLAYED;
  }
}
