package io.spinexr.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * How far two programs' outputs on one image are apart.
 *
 * @param logit absolute difference; 0 for a detector
 * @param probability absolute difference of probabilities, or the largest of matched scores
 * @param box largest distance of matched box edges in pixels; 0 for a classifier
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

  /**
   * Compares outputs. Detections are matched one to one: each of ours, best first, with the nearest
   * free one of the same label within the tolerance, so that the order among equal scores does not
   * matter.
   *
   * @throws ModelException if one is of a classifier and the other of a detector
   */
  public static OutputComparison of(ModelOutput ours, ModelOutput theirs, Tolerance tolerance) {
    if ((ours.probability() == null) != (theirs.probability() == null)) {
      throw new ModelException("the output of a classifier cannot be compared with a detector's");
    }
    if (ours.probability() != null) {
      double logit = theirs.logit() == null ? 0 : Math.abs(ours.logit() - theirs.logit());
      return new OutputComparison(logit, Math.abs(ours.probability() - theirs.probability()), 0, 0);
    }
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
            && scoreDistance(ours, i, theirs, candidate) <= tolerance.probability()
            && boxDistance(ours, i, theirs, candidate) <= tolerance.box()
            && (nearest == null
                || boxDistance(ours, i, theirs, candidate)
                    < boxDistance(ours, i, theirs, nearest))) {
          nearest = candidate;
        }
      }
      if (nearest == null) {
        unmatched++;
      } else {
        free.remove(nearest);
        score = Math.max(score, scoreDistance(ours, i, theirs, nearest));
        box = Math.max(box, boxDistance(ours, i, theirs, nearest));
      }
    }
    return new OutputComparison(0, score, box, unmatched + free.size());
  }

  private static double scoreDistance(ModelOutput a, int i, ModelOutput b, int j) {
    return Math.abs(a.scores().get(i) - b.scores().get(j));
  }

  private static double boxDistance(ModelOutput a, int i, ModelOutput b, int j) {
    double distance = 0;
    for (int edge = 0; edge < 4; edge++) {
      distance =
          Math.max(distance, Math.abs(a.boxes().get(i).get(edge) - b.boxes().get(j).get(edge)));
    }
    return distance;
  }
}
