package io.spinexr.cds.token;

import java.time.Duration;

/**
 * What a vendor's CDS client takes where its public documentation differs from CDS Hooks 2.0.
 * Sources: docs/ehr-epic.md, docs/ehr-oracle.md.
 */
public enum ClientProfile {
  /** CDS Hooks 2.0 as it is written. Also that of a client who did not say who it is. */
  STANDARD,

  /**
   * Epic: tokens live 15 minutes, {@code source.topic.code} is alphanumeric, {@code
   * selectionBehavior} is {@code any} only.
   */
  EPIC {
    @Override
    Duration tokenLifetime(Duration configured) {
      return configured.compareTo(EPIC_LIFETIME) > 0 ? configured : EPIC_LIFETIME;
    }

    @Override
    public String topicCode(String code) {
      return code.replaceAll("[^A-Za-z0-9]", "");
    }

    @Override
    public String selectionBehavior() {
      return "any";
    }

    @Override
    public boolean suggestsByOrder() {
      return false;
    }
  },

  /** Oracle Health: several key sets for one issuer, which every profile takes. */
  ORACLE;

  private static final Duration EPIC_LIFETIME = Duration.ofMinutes(15);

  /**
   * Longest time from a token's issue to its end.
   *
   * @param configured {@code spinexr.cds.max-token-lifetime}
   */
  Duration tokenLifetime(Duration configured) {
    return configured;
  }

  /** A card's topic as the client takes it, always the same for the same topic. */
  public String topicCode(String code) {
    return code;
  }

  /** Whether a card has a suggestion for each order, or one for all of them together. */
  public boolean suggestsByOrder() {
    return true;
  }

  /** How a card's suggestions go together, for a card that has at most one. */
  public String selectionBehavior() {
    return "at-most-one";
  }
}
