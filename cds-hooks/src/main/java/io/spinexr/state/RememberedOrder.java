package io.spinexr.state;

import io.spinexr.order.ImagingOrder;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An order as the database holds it.
 *
 * @param reason why it was given up, or what an archive said to the last search instead of an
 *     answer; empty otherwise
 * @param notices of the last search
 * @param createdAt when it was first seen
 * @param requestedAt when the EHR last asked for more than what was known
 * @param searchedAt when the archive was last asked, whether it answered or not; empty before the
 *     first time
 * @param changedAt when the order's own images last changed in number; empty while there are none
 * @param polls searches since {@code changedAt} or {@code requestedAt}, whichever is later
 * @param confirmed whether something beside the signature speaks for it: dispatch, an accession or
 *     placer number, its own images
 */
public record RememberedOrder(
    ImagingOrder order,
    OrderState state,
    Optional<String> reason,
    Set<OrderAnswer.Notice> notices,
    Instant createdAt,
    Instant requestedAt,
    Optional<Instant> searchedAt,
    Optional<Instant> changedAt,
    int polls,
    boolean confirmed) {
  public RememberedOrder {
    notices = Set.copyOf(notices);
  }

  /** Whether nothing more is done for it. */
  public boolean over() {
    return state != OrderState.SEARCHING && state != OrderState.WAITING;
  }

  /**
   * Whether its end is nobody's concern: a draft, or an order that its EHR gave no id and that
   * nothing confirmed, which may never have been meant.
   */
  public boolean endsQuietly() {
    return !order.placed() || !order.named() && !confirmed;
  }

  /** The same with other content. */
  public RememberedOrder with(ImagingOrder content) {
    return new RememberedOrder(
        content,
        state,
        reason,
        notices,
        createdAt,
        requestedAt,
        searchedAt,
        changedAt,
        polls,
        confirmed);
  }

  /** The same order after a search at {@code now}. */
  public RememberedOrder searched(
      Instant now, OrderState nextState, Optional<String> why, Set<OrderAnswer.Notice> told) {
    return new RememberedOrder(
        order,
        nextState,
        why,
        told,
        createdAt,
        requestedAt,
        Optional.of(now),
        changedAt,
        polls,
        confirmed);
  }

  /** Whether the archive was asked at or after {@code time}. */
  public boolean searchedSince(Instant time) {
    return searchedAt.isPresent() && !searchedAt.get().isBefore(time);
  }
}
