package io.spinexr.state;

/** Where a remembered order stands. */
public enum OrderState {
  /** The archive has not been asked yet, or has not answered yet. */
  SEARCHING,
  /** The order's own images are not there yet, or may still be coming in; asked again later. */
  WAITING,
  /** Nothing more is waited for. */
  COMPLETE,
  /** Given up, visibly for people; the reason says why. Asking again starts anew. */
  GIVEN_UP,
  /**
   * Given up quietly: an order that its EHR gave no id, and that nothing confirmed. Counted, and
   * listed on the status page.
   */
  EXPIRED,
  /**
   * The EHR says that the order is revoked, entered in error, replaced or confidential, or nothing
   * may be done for its patient; the reason says which.
   */
  ENDED
}
