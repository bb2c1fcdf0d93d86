package io.spinexr.inference;

import io.spinexr.finding.Probability;
import io.spinexr.inference.folder.ModelManifest.Limits;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an image check says of one image. Probabilities are in [0,1], lists of them in the order of
 * the network's outputs.
 *
 * @param spine that it is a radiograph of the spine
 * @param orientation that it is upright, or turned clockwise by 90, 180 and 270 degrees
 * @param region that it shows each region that the model's labels name
 * @param view that it was taken from the front or the back, and from the side
 * @param distance of its features from those of the training images, at least 0 (Mahalanobis)
 */
public record CheckedImage(
    double spine,
    List<Double> orientation,
    List<Double> region,
    List<Double> view,
    double distance) {
  public CheckedImage {
    Probability.require("spine", spine);
    orientation = probabilities("orientation", orientation);
    region = probabilities("region", region);
    view = probabilities("view", view);
    if (!(distance >= 0)) {
      throw new IllegalArgumentException("distance must be at least 0, but is " + distance);
    }
  }

  private static List<Double> probabilities(String name, List<Double> values) {
    values.forEach(value -> Probability.require(name, value));
    return List.copyOf(values);
  }

  /** Whether it is probable enough that this is a radiograph of the spine. */
  public boolean showsSpine(Limits limits) {
    return spine >= limits.spine();
  }

  /** Whether it is close enough to the training images. */
  public boolean isFamiliar(Limits limits) {
    return distance <= limits.distance();
  }

  /** Whether it is not turned, as far as can be told. */
  public boolean isUpright(Limits limits) {
    return turned() < limits.turned();
  }

  /** Whether it is to be kept from the other networks. */
  public boolean refused(Limits limits) {
    return !showsSpine(limits) || !isFamiliar(limits) || !isUpright(limits);
  }

  /** The probability of the most probable turn. */
  public double turned() {
    return orientation.get(turn());
  }

  /** The most probable turn: 1, 2 or 3 quarters clockwise. */
  public int turn() {
    return 1 + best(orientation.subList(1, orientation.size()));
  }

  /** The index of the most probable one. */
  public static int best(List<Double> probabilities) {
    return IntStream.range(0, probabilities.size())
        .reduce((a, b) -> probabilities.get(b) > probabilities.get(a) ? b : a)
        .orElseThrow();
  }
}
