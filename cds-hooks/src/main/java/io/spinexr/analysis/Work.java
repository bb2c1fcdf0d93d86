package io.spinexr.analysis;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What durable work is done with on a node.
 *
 * @param properties how often it is tried again
 */
record Work(
    Transactions transactions,
    Jobs jobs,
    Changes changes,
    AnalysisProperties properties,
    AnalysisMeters meters,
    Clock clock) {
  Instant now() {
    return clock.instant();
  }

  /** To be called after a transaction that scheduled or changed something about these orders. */
  void announce(Collection<String> orderKeys) {
    jobs.checkNow();
    changes.happened(orderKeys);
  }

  void announce(String orderKey) {
    announce(List.of(orderKey));
  }
}
