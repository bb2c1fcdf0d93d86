package io.spinexr.cds;

import java.util.List;

/**
 * The answer of a service (CDS Hooks 2.0, CDS Service Response). It has no {@code systemActions}:
 * this server changes no chart without a clinician.
 */
record CdsResponse(List<Card> cards) {
  CdsResponse {
    cards = List.copyOf(cards);
  }
}
