package io.spinexr.inference;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelManifest.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How far two programs' outputs on one image are apart.
 *
 * @param logit absolute difference; 0 for a detector
 * @param probability absolute difference of probabilities, or the largest of matched scores; of an
 *     image check the largest of all, its distance's difference in parts of the distance among them
 * @param box largest distance of matched box edges in pixels; 0 for others than a detector
 * @param unmatched detections of either side that have no partner
 */
public record OutputComparison(double logit, double probability, double box, int unmatched) {
  /**
   * What counts as the same.
   *
   * @param logit of the log-odds
   * @param probability of probabilities and scores
   * @param box of box edges, in pixels
   */
  public record Tolerance(double logit, double probability, double box) {
    /** For programs that start from the same image file. */
    public static final Tolerance DEFAULT = new Tolerance(1e-3, 1e-3, 0.5);
  }

  /** Whether everything lies within the tolerance and every detection has a partner. */
  public boolean within(Tolerance tolerance) {
    return logit <= tolerance.logit()
        && probability <= tolerance.probability()
        && box <= tolerance.box()
        && unmatched == 0;
  }

  /** In words, with what a model of the task has. */
  public String describe(Task task) {
    return switch (task) {
      case CLASSIFICATION -> "logit %.2e, probability %.2e".formatted(logit, probability);
      case DETECTION ->
          "box %.3f px, score %.2e, %d without a partner".formatted(box, probability, unmatched);
      case IMAGE_CHECK -> "probability or part of the distance %.2e".formatted(probability);
    };
  }

  /**
   * Compares outputs. Detections are matched one to one: each of ours, best first, with the nearest
   * free one of the same label within the tolerance, so that the order among equal scores does not
   * matter.
   *
   * @throws ModelException if the two are of models with different tasks
   */
  public static OutputComparison of(ModelOutput ours, ModelOutput theirs, Tolerance tolerance) {
    if (ours.check() != null && theirs.check() != null) {
      return new OutputComparison(0, difference(ours.check(), theirs.check()), 0, 0);
    }
    if ((ours.probability() == null) != (theirs.probability() == null)) {
      throw new ModelException("the output of a classifier cannot be compared with a detector's");
    }
    if (ours.probability() != null && theirs.probability() != null) {
      double logit =
          ours.logit() == null || theirs.logit() == null
              ? 0
              : Math.abs(ours.logit() - theirs.logit());
      return new OutputComparison(logit, Math.abs(ours.probability() - theirs.probability()), 0, 0);
    }
    return of(Detections.of(ours), Detections.of(theirs), tolerance);
  }

  private static double difference(CheckedImage ours, CheckedImage theirs) {
    List<Double> here = probabilities(ours);
    List<Double> there = probabilities(theirs);
    if (here.size() != there.size()) {
      throw new ModelException("two image checks with other regions cannot be compared");
    }
    double most = Math.abs(ours.distance() - theirs.distance()) / Math.max(1, theirs.distance());
    for (int i = 0; i < here.size(); i++) {
      most = Math.max(most, Math.abs(here.get(i) - there.get(i)));
    }
    return most;
  }

  private static List<Double> probabilities(CheckedImage image) {
    return Stream.of(List.of(image.spine()), image.orientation(), image.region(), image.view())
        .flatMap(List::stream)
        .toList();
  }

  private static OutputComparison of(Detections ours, Detections theirs, Tolerance tolerance) {
    List<Integer> free = new ArrayList<>();
    for (int i = 0; i < theirs.scores().size(); i++) {
      free.add(i);
    }
    double score = 0;
    double box = 0;
    int unmatched = 0;
    for (int i = 0; i < ours.scores().size(); i++) {
      Integer nearest = null;
      for (Integer candidate : free) {
        if (ours.labels().get(i).equals(theirs.labels().get(candidate))
            && ours.scoreDistance(i, theirs, candidate) <= tolerance.probability()
            && ours.boxDistance(i, theirs, candidate) <= tolerance.box()
            && (nearest == null
                || ours.boxDistance(i, theirs, candidate) < ours.boxDistance(i, theirs, nearest))) {
          nearest = candidate;
        }
      }
      if (nearest == null) {
        unmatched++;
      } else {
        free.remove(nearest);
        score = Math.max(score, ours.scoreDistance(i, theirs, nearest));
        box = Math.max(box, ours.boxDistance(i, theirs, nearest));
      }
    }
    return new OutputComparison(0, score, box, unmatched + free.size());
  }

  private record Detections(List<List<Double>> boxes, List<Double> scores, List<Integer> labels) {
    static Detections of(ModelOutput output) {
      if (output.boxes() == null || output.scores() == null || output.labels() == null) {
        throw new ModelException("an output lacks a probability, or boxes, scores and labels");
      }
      return new Detections(output.boxes(), output.scores(), output.labels());
    }

    double scoreDistance(int i, Detections other, int j) {
      return Math.abs(scores.get(i) - other.scores.get(j));
    }

    double boxDistance(int i, Detections other, int j) {
      double distance = 0;
      for (int edge = 0; edge < 4; edge++) {
        double here = boxes.get(i).get(edge);
        distance = Math.max(distance, Math.abs(here - other.boxes.get(j).get(edge)));
      }
      return distance;
    }
  }
}
