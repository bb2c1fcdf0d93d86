package io.spinexr.order;

import java.util.Objects;

/**
 * The EHR's word that an order is not wanted any more.
 *
 * @param source as in {@link ImagingOrder}
 * @param patientId logical id of the Patient on the EHR's FHIR server
 * @param orderId logical id of the ServiceRequest
 */
public record OrderEnd(String source, String patientId, String orderId, Reason reason) {
  /** Why it is not wanted. */
  public enum Reason {
    REVOKED("revoked"),
    ENTERED_IN_ERROR("entered in error"),
    REPLACED("replaced by another order"),
    CONFIDENTIAL("marked confidential");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** For people: {@code the order was revoked}. */
    public String sentence() {
      return "the order was " + words;
    }
  }

  public OrderEnd {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(patientId, "patientId");
    Objects.requireNonNull(orderId, "orderId");
    Objects.requireNonNull(reason, "reason");
  }

  /** {@link ImagingOrder#key} of the order that ends. */
  public String key() {
    return ImagingOrder.key(source, patientId, orderId);
  }

  /** Without anything that tells who it was for. */
  @Override
  public String toString() {
    return "OrderEnd[" + key() + ", " + reason + "]";
  }
}
