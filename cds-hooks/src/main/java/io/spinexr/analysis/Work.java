package io.spinexr.analysis;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

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

  /** In one transaction, whose jobs begin at once. */
  void run(Runnable change) {
    transactions.run(change);
    jobs.checkNow();
  }

  /** As {@link #run}. */
  <T> T call(Supplier<T> change) {
    T result = transactions.call(change);
    jobs.checkNow();
    return result;
  }

  /** To be called inside the transaction: who waits for these orders is told when it commits. */
  void changed(Collection<String> orderKeys) {
    changes.happened(orderKeys);
  }

  void changed(String orderKey) {
    changed(List.of(orderKey));
  }
}
