package io.spinexr.inference.folder;

import io.spinexr.fusion.CertaintyScores;

/**
 * What field {@code scores} of {@code model-set.json} says of one lesion type.
 *
 * @param display from this score on people are shown a finding, in [0,1]
 * @param report from this score on it is reported, in [{@code display},1]
 */
public record DeclaredScores(Double display, Double report) {
  public DeclaredScores {
    if (display == null || report == null) {
      throw new IllegalArgumentException("scores of a lesion type need display and report");
    }
    new CertaintyScores(display, report);
  }

  /** How files spell it. */
  public static DeclaredScores of(CertaintyScores scores) {
    return new DeclaredScores(scores.display(), scores.report());
  }

  CertaintyScores scores() {
    return new CertaintyScores(display, report);
  }
}
