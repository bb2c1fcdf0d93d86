package io.spinexr.result;

import io.spinexr.triage.ReadingPriority;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How soon a study should be read, and who says so.
 *
 * @param triage what the findings ask for; empty without a result
 * @param ordered the most urgent of its orders; empty without an order
 */
public record Urgency(Optional<ReadingPriority> triage, Optional<ReadingPriority> ordered) {
  public Urgency {
    Objects.requireNonNull(triage, "triage");
    Objects.requireNonNull(ordered, "ordered");
  }

  /** What the findings alone ask for. */
  public static Urgency triaged(ReadingPriority triage) {
    return new Urgency(Optional.of(triage), Optional.empty());
  }

  /** What the order alone asks for. */
  public static Urgency ordered(ReadingPriority ordered) {
    return new Urgency(Optional.empty(), Optional.of(ordered));
  }

  /** The more urgent of both; routine if nobody says anything. */
  public ReadingPriority priority() {
    return Stream.concat(triage.stream(), ordered.stream())
        .min(Comparator.naturalOrder())
        .orElse(ReadingPriority.ROUTINE);
  }
}
