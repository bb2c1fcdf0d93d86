package io.spinexr.search;

import io.spinexr.archive.LinkedStudy;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.StandingOrder;
import io.spinexr.job.AnalysisRequests;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.outcome.VisibleFailures;
import io.spinexr.state.OrderState;
import io.spinexr.store.OrderStore;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of orders after they were signed, told by a hook or read from the EHR: the search
 * stops or goes on, and the reports and Tasks of their images follow.
 */
public final class OrderChanges {
  private static final Logger LOG = LoggerFactory.getLogger(OrderChanges.class);
  private static final Set<String> PRIORITIES = Set.of("routine", "urgent", "asap", "stat");

  private final OrderStore orders;
  private final AnalysisRequests requests;
  private final VisibleFailures failures;
  private final Optional<EhrServer> ehr;

  public OrderChanges(
      OrderStore orders,
      AnalysisRequests requests,
      VisibleFailures failures,
      Optional<EhrServer> ehr) {
    this.orders = orders;
    this.requests = requests;
    this.failures = failures;
    this.ehr = ehr;
  }

  /** To be called inside a transaction. */
  public void end(String orderKey, OrderEnd.Reason reason, Instant now) {
    boolean failed =
        orders.order(orderKey).filter(order -> order.state() == OrderState.GIVEN_UP).isPresent();
    if (orders.end(orderKey, reason.sentence(), now)) {
      refreshOwn(orderKey, now);
      if (failed) {
        failures.close(orderKey, reason.sentence(), now);
      }
    }
  }

  /**
   * Report and Task of an order's own studies are to say what it has become. To be called inside a
   * transaction.
   */
  public void refreshOwn(String orderKey, Instant now) {
    for (LinkedStudy link : orders.links(orderKey)) {
      if (link.own()) {
        requests
            .known(link.studyUid())
            .ifPresent(known -> requests.refresh(known, ReadingPriority.ROUTINE, now));
      }
    }
  }

  /**
   * What the EHR says of an order now; empty if the order is not one of the EHR that we may read
   * from, or it does not answer: then the search goes on as before.
   */
  Optional<StandingOrder> read(ImagingOrder order) {
    if (!order.named()
        || ehr.filter(server -> server.address().text().equals(order.source())).isEmpty()) {
      return Optional.empty();
    }
    try {
      return ehr.get().record().order(order.id());
    } catch (FhirRecordException e) {
      LOG.debug("order {} cannot be read: {}", order.key(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Why the EHR does not want the order any more, if it says so. */
  public static Optional<OrderEnd.Reason> end(StandingOrder standing) {
    if (standing.replaced()) {
      return Optional.of(OrderEnd.Reason.REPLACED);
    }
    return switch (standing.status().orElse("")) {
      case "revoked" -> Optional.of(OrderEnd.Reason.REVOKED);
      case "entered-in-error" -> Optional.of(OrderEnd.Reason.ENTERED_IN_ERROR);
      default -> Optional.empty();
    };
  }

  /**
   * Takes over the priority that the EHR gives the order now. To be called inside a transaction.
   *
   * @return the order as it is from now on
   */
  ImagingOrder reprioritise(ImagingOrder order, StandingOrder standing, Instant now) {
    Optional<ReadingPriority> priority =
        standing
            .priority()
            .filter(PRIORITIES::contains)
            .map(code -> ReadingPriority.valueOf(code.toUpperCase(Locale.ROOT)))
            .filter(stated -> stated != order.priority());
    if (priority.isEmpty()) {
      return order;
    }
    ImagingOrder changed =
        orders.orderToChange(order.key()).orElseThrow().order().withPriority(priority.get());
    orders.rewrite(changed);
    refreshOwn(order.key(), now);
    return changed;
  }
}
