package io.spinexr.order;

import java.util.Objects;
import java.util.Optional;

/**
 * The numbers by which an order's images can be known.
 *
 * @param accession of the images (0008,0050), when the EHR knows it already
 * @param placer the EHR's own order number (0040,2016)
 */
public record OrderNumbers(Optional<String> accession, Optional<String> placer) {
  public static final OrderNumbers NONE = new OrderNumbers(Optional.empty(), Optional.empty());

  public OrderNumbers {
    Objects.requireNonNull(accession, "accession");
    Objects.requireNonNull(placer, "placer");
  }

  /** Whether there is any. */
  public boolean any() {
    return accession.isPresent() || placer.isPresent();
  }

  /** Without the numbers: they lead to a person. */
  @Override
  public String toString() {
    return "OrderNumbers[" + (any() ? "known" : "none") + "]";
  }
}
