package io.spinexr.cds.card;

import java.util.List;
import java.util.UUID;

/** What a user has seen of some studies, and set aside with a reason. */
public record History(List<Entry> entries) {
  /** Nothing, or the history of nobody in particular. */
  public static final History NONE = new History(List.of());

  /**
   * @param cards uuids of cards that told it: the least and the greatest, which are one if there
   *     was one only
   * @param setAside whether the user set such a card aside with a reason
   */
  record Entry(Card.Subject subject, List<String> cards, boolean setAside) {
    Entry {
      cards = List.copyOf(cards);
    }
  }

  public History {
    entries = List.copyOf(entries);
  }

  /**
   * Whether the user was shown the very same.
   *
   * @param card about to be shown: when it was shown already, its client repeats a call
   */
  boolean shown(Card.Subject subject, UUID card) {
    return entries.stream()
        .filter(entry -> entry.subject().equals(subject))
        .flatMap(entry -> entry.cards().stream())
        .anyMatch(shown -> !shown.equals(card.toString()));
  }

  boolean setAside(Card.Subject subject) {
    return entries.stream().anyMatch(e -> e.subject().equals(subject) && e.setAside());
  }
}
