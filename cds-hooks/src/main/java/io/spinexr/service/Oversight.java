package io.spinexr.service;

import io.spinexr.search.SearchProperties;
import io.spinexr.state.Confirmations;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.store.OrderStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Whether orders find their images, seen over many of them. */
public final class Oversight {
  /** Younger orders may still be confirmed any moment. */
  private static final Duration YOUNG = Duration.ofDays(1);

  private static final Duration RECENT = Duration.ofDays(8);
  private static final Duration BEFORE = Duration.ofDays(36);
  private static final Duration LISTED = Duration.ofDays(30);

  private final OrderStore orders;
  private final SearchProperties properties;
  private final Clock clock;

  Oversight(OrderStore orders, SearchProperties properties, Clock clock) {
    this.orders = orders;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * How many orders nothing but their signature speaks for. Many at once are what a wrong mapping
   * of patient identifiers looks like.
   *
   * @param week orders first asked for 1 to 8 days ago
   * @param before orders of the four weeks before that
   * @param alarming whether an operator should look at the mapping
   */
  public record Verdict(Confirmations week, Confirmations before, boolean alarming) {}

  public Verdict verdict() {
    Instant now = clock.instant();
    Confirmations week = orders.confirmations(now.minus(RECENT), now.minus(YOUNG));
    Confirmations before = orders.confirmations(now.minus(BEFORE), now.minus(RECENT));
    double limit = properties.unconfirmedShare();
    boolean enough = week.placed() >= properties.unconfirmedOrders();
    boolean risen =
        before.placed() >= properties.unconfirmedOrders()
            && week.share() - before.share() > limit / 3;
    return new Verdict(week, before, enough && (week.share() >= limit || risen));
  }

  /** Orders that ended quietly in the last 30 days, the last first. */
  public List<RememberedOrder> expired(int limit) {
    return orders.endedIn(OrderState.EXPIRED, clock.instant().minus(LISTED), limit);
  }
}
