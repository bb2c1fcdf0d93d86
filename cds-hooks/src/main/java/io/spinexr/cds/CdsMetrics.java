package io.spinexr.cds;

import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.cds.card.Card;
import io.spinexr.cds.feedback.Feedback;
import io.spinexr.cds.request.CdsHook;
import io.spinexr.order.Restriction;
import io.spinexr.state.OrderAnswer.Notice;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What operators can watch. */
public final class CdsMetrics {
  private final MeterRegistry registry;

  public CdsMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** {@code spinexr.cds.orders}: spine orders seen, by hook. */
  void orders(CdsHook hook, int count) {
    registry.counter("spinexr.cds.orders", "hook", hook.wireName()).increment(count);
  }

  /** {@code spinexr.cds.restricted}: calls that may show nothing, by what is in the way. */
  void restricted(Restriction restriction) {
    registry.counter("spinexr.cds.restricted", "restriction", restriction.code()).increment();
  }

  /** {@code spinexr.cds.cards}: cards shown, by kind. */
  void card(Card.Kind kind) {
    registry.counter("spinexr.cds.cards", "kind", kind.code()).increment();
  }

  /** {@code spinexr.cds.notices}: what kept answers from being complete, shown or not. */
  void notices(Set<Notice> notices) {
    notices.forEach(
        notice ->
            registry
                .counter(
                    "spinexr.cds.notices",
                    "notice",
                    notice.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .increment());
  }

  /** {@code spinexr.cds.failures}: answers that lack something because this server failed. */
  void failure() {
    registry.counter("spinexr.cds.failures").increment();
  }

  /** {@code spinexr.cds.feedback}: feedback received, repeated or not, by outcome. */
  void feedback(List<Feedback> entries) {
    entries.forEach(
        entry ->
            registry
                .counter("spinexr.cds.feedback", "outcome", entry.outcome().wireName())
                .increment());
  }

  /** {@code spinexr.cds.answers}: time from arrival to answer, by service and HTTP status. */
  void answered(String service, int status, Duration time) {
    registry
        .timer("spinexr.cds.answers", "service", service, "status", String.valueOf(status))
        .record(time);
  }
}
