package io.spinexr.evaluation.bootstrap;

import java.util.List;

/**
 * A classifier or detector whose figures can be measured on any resample of the images.
 *
 * @param <F> what names a figure
 */
public interface Resampled<F> {
  /** Of how many images a resample is made. */
  int images();

  /** What is measured. */
  List<F> figures();

  /**
   * Each figure on a resample, in the order of {@link #figures}; NaN if it does not exist there.
   *
   * @param counts how often each image is there
   */
  double[] on(int[] counts);
}
