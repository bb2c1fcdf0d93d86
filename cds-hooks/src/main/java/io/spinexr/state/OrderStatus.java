package io.spinexr.state;

import java.util.List;
import java.util.Set;

/**
 * A remembered order and what became of the studies of its patient.
 *
 * @param studies those that are spine radiographs, by the active model set, in no order
 * @param own UIDs of those whose images were made for the order
 */
public record OrderStatus(RememberedOrder order, List<StudyAnalysis> studies, Set<String> own) {
  public OrderStatus {
    studies = List.copyOf(studies);
    own = Set.copyOf(own);
  }
}
