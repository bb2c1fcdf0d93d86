package io.spinexr.triage;

import io.spinexr.finding.LesionType;
import io.spinexr.finding.Probability;
import java.util.Objects;

/**
 * A finding of this type with at least this score asks for this priority.
 *
 * @param minimumScore in [0,1]
 */
public record TriageRule(LesionType type, double minimumScore, ReadingPriority priority) {
  public TriageRule {
    Objects.requireNonNull(type, "type");
    Probability.require("minimumScore", minimumScore);
    Objects.requireNonNull(priority, "priority");
  }
}
