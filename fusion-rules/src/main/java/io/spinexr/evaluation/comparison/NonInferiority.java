package io.spinexr.evaluation.comparison;

import io.spinexr.evaluation.BootstrapInterval;

/**
 * Whether something new is at most so much worse than what there is.
 *
 * @param difference 95 % interval of the new one's figure less the old one's, from paired
 *     resamples; more is better
 * @param margin how much worse it may be, at least 0, chosen before looking
 */
public record NonInferiority(BootstrapInterval difference, double margin) {
  public NonInferiority {
    if (!(margin >= 0)) {
      throw new IllegalArgumentException("the margin must be at least 0, but is " + margin);
    }
  }

  /**
   * Whether the whole interval lies above minus the margin: a one-sided test at 2.5 %. If not, the
   * new one may be worse, or there are too few images to tell.
   */
  public boolean shown() {
    return difference.low() > -margin;
  }

  /** Whether the whole interval lies above 0: it is better. */
  public boolean superior() {
    return difference.low() > 0;
  }
}
