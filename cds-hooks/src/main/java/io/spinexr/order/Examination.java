package io.spinexr.order;

import io.spinexr.study.SpineRegion;
import java.util.Objects;

/**
 * What an order asks for.
 *
 * @param description for people
 * @param fingerprint the same for the same examination, whatever the order: its codes, or its text
 *     where it has none
 */
public record Examination(String description, String fingerprint, SpineRegion region) {
  public Examination {
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(region, "region");
  }
}
