package io.spinexr.analysis;

import java.util.List;

/**
 * A remembered order and what became of the studies of its patient.
 *
 * @param studies those that are spine radiographs, by the active model set, in no order
 */
public record OrderStatus(RememberedOrder order, List<StudyAnalysis> studies) {
  public OrderStatus {
    studies = List.copyOf(studies);
  }
}
