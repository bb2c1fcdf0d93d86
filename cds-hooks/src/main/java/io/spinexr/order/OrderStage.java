package io.spinexr.order;

import java.util.Locale;

/** How far an order has come, as far as the EHR has told. */
public enum OrderStage {
  /** A draft, or a chart that is only looked at: later images are not waited for. */
  SELECTED,
  /** Signed: its images are waited for. */
  SIGNED,
  /** Sent to whom takes the images. */
  DISPATCHED;

  /** As it is stored: {@code signed}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The further of the two: an order that was placed once stays placed. */
  public OrderStage orLater(OrderStage other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
