package io.spinexr.evaluation;

/**
 * How many detections with at least a score are right.
 *
 * @param score in [0,1]
 * @param correct how many detections find a lesion, each another one
 * @param wrong how many find none
 * @param annotated how many lesions there are
 */
public record DetectionCounts(double score, int correct, int wrong, int annotated) {
  /** Share of the detections that are right, in [0,1]; NaN if there are none. */
  public double precision() {
    return (double) correct / (correct + wrong);
  }

  /** Share of the lesions that are found, in [0,1]; NaN if nothing is annotated. */
  public double recall() {
    return (double) correct / annotated;
  }

  /**
   * The F-measure, in [0,1]; NaN if there are neither lesions nor detections.
   *
   * @param beta how many times as much recall counts as precision (van Rijsbergen 1979)
   */
  public double f(double beta) {
    double weight = beta * beta;
    return (1 + weight) * correct / (weight * annotated + correct + wrong);
  }
}
