package io.spinexr.state;

/**
 * How many orders something beside the signature speaks for: dispatch, an accession or placer
 * number, own images.
 *
 * @param placed orders whose images are or were waited for
 * @param unconfirmed those that nothing speaks for
 */
public record Confirmations(int placed, int unconfirmed) {
  /** From 0 to 1; 0 when there is no order. */
  public double share() {
    return placed == 0 ? 0 : (double) unconfirmed / placed;
  }
}
