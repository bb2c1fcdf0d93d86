package io.spinexr.evaluation.comparison;

import io.spinexr.evaluation.ScoredLabel;
import java.util.List;

/** What is true of images that two classifiers saw. */
final class Labels {
  private Labels() {}

  /**
   * @throws IllegalArgumentException if the two are not about the same images
   */
  static boolean[] common(List<ScoredLabel> first, List<ScoredLabel> second) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "two classifiers are compared on the same images, but got %d and %d"
              .formatted(first.size(), second.size()));
    }
    boolean[] abnormal = new boolean[first.size()];
    for (int i = 0; i < abnormal.length; i++) {
      abnormal[i] = first.get(i).abnormal();
      if (abnormal[i] != second.get(i).abnormal()) {
        throw new IllegalArgumentException(
            "two classifiers are compared on the same images, but image %d is abnormal for one only"
                .formatted(i + 1));
      }
    }
    return abnormal;
  }
}
