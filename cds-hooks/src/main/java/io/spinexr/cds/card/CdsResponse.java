package io.spinexr.cds.card;

import java.util.List;

/**
 * The answer of a service (CDS Hooks 2.0, CDS Service Response). It has no {@code systemActions}:
 * this server changes no chart without a clinician.
 */
public record CdsResponse(List<Card> cards) {
  public CdsResponse {
    cards = List.copyOf(cards);
  }
}
