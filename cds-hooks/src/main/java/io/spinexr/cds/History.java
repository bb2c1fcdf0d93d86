package io.spinexr.cds;

import java.util.List;
import java.util.UUID;

/** What a user has seen of some studies, and set aside with a reason. */
record History(List<Entry> entries) {
  /** Nothing, or the history of nobody in particular. */
  static final History NONE = new History(List.of());

  /**
   * @param card that told it
   * @param setAside whether the user set the card aside with a reason
   */
  record Entry(UUID card, Card.Subject subject, boolean setAside) {}

  History {
    entries = List.copyOf(entries);
  }

  /**
   * Whether the user was shown the very same.
   *
   * @param card about to be shown: when it was shown already, its client repeats a call
   */
  boolean shown(Card.Subject subject, UUID card) {
    return entries.stream().anyMatch(e -> e.subject().equals(subject) && !e.card().equals(card));
  }

  boolean setAside(Card.Subject subject) {
    return entries.stream().anyMatch(e -> e.subject().equals(subject) && e.setAside());
  }
}
