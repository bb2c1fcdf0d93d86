package io.spinexr.job;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tells those who wait for an order that something about it has changed. */
public final class Changes {
  private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();
  private final Consumer<Collection<String>> otherNodes;

  /**
   * @param otherNodes is given the keys of orders that changed, within the transaction that changes
   *     them
   */
  public Changes(Consumer<Collection<String>> otherNodes) {
    this.otherNodes = otherNodes;
  }

  /** Somebody's wait for one order. */
  public final class Watch implements AutoCloseable {
    private final String orderKey;
    // What happened before the watch began is news, too.
    private final Semaphore news = new Semaphore(1);

    private Watch(String orderKey) {
      this.orderKey = orderKey;
    }

    /**
     * Whether there is something new since the last call, or within the time; at first there is.
     */
    public boolean await(Duration atMost) throws InterruptedException {
      boolean told = news.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
      news.drainPermits();
      return told;
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
  public Watch watch(String orderKey) {
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

  /** To be called inside the transaction that changes them: who waits is told when it commits. */
  void happened(Collection<String> orderKeys) {
    otherNodes.accept(orderKeys);
    if (TransactionSynchronizationManager.isSynchronizationActive()) {
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCommit() {
              orderKeys.forEach(Changes.this::tell);
            }
          });
    } else {
      orderKeys.forEach(this::tell);
    }
  }

  /** Something about an order has changed, here or on another node. */
  void tell(String orderKey) {
    watches.getOrDefault(orderKey, Set.of()).forEach(watch -> watch.news.release());
  }

  /** Anything may have changed. */
  void tellAll() {
    watches.keySet().forEach(this::tell);
  }
}
