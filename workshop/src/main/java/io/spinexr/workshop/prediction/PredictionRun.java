package io.spinexr.workshop.prediction;

import java.util.List;
import java.util.Objects;

/**
 * {@code predictions.json}: where predictions come from, and which images have none.
 *
 * @param images how many have some
 */
public record PredictionRun(PredictionOrigin origin, int images, List<LeftOut> leftOut) {
  public PredictionRun {
    Objects.requireNonNull(origin, "origin");
    leftOut = List.copyOf(leftOut);
  }
}
