package io.spinexr.analysis;

import io.spinexr.order.ImagingOrder;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An order as the database holds it.
 *
 * @param reason why it was given up; empty otherwise
 * @param notices of the last search
 * @param createdAt when it was first seen
 * @param requestedAt when the EHR last asked for more than what was known
 * @param searchedAt when the archive was last asked, whether it answered or not; empty before the
 *     first time
 * @param changedAt when the order's own images last changed in number; empty while there are none
 * @param polls searches since {@code changedAt} or {@code requestedAt}, whichever is later
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
    int polls) {
  public RememberedOrder {
    notices = Set.copyOf(notices);
  }

  /** Whether the archive was asked at or after {@code time}. */
  boolean searchedSince(Instant time) {
    return searchedAt.isPresent() && !searchedAt.get().isBefore(time);
  }
}
