package io.spinexr.analysis;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Tells those who wait for an order that something about it has changed on this node. */
final class Changes {
  private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();

  /** Somebody's wait for one order. */
  final class Watch implements AutoCloseable {
    private final String orderKey;
    private final Semaphore happened = new Semaphore(0);

    private Watch(String orderKey) {
      this.orderKey = orderKey;
    }

    /** Whether something happened since the last call, or within the time. */
    boolean await(Duration atMost) throws InterruptedException {
      boolean changed = happened.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
      happened.drainPermits();
      return changed;
    }

    @Override
    public void close() {
      watches.computeIfPresent(
          orderKey,
          (key, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** To be called before the store is read, so that nothing is missed in between. */
  Watch watch(String orderKey) {
    Watch watch = new Watch(orderKey);
    watches.compute(
        orderKey,
        (key, all) -> {
          Set<Watch> those = all == null ? ConcurrentHashMap.newKeySet() : all;
          those.add(watch);
          return those;
        });
    return watch;
  }

  void happened(String orderKey) {
    happened(List.of(orderKey));
  }

  void happened(Collection<String> orderKeys) {
    for (String key : orderKeys) {
      watches.getOrDefault(key, Set.of()).forEach(watch -> watch.happened.release());
    }
  }
}
