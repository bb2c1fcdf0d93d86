package io.spinexr.workshop.benchmark.service;

import io.spinexr.phantom.study.DemoEhr;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Calls at a fixed rate, whether earlier ones were answered or not. Latency counts from when a call
 * was due, so that a stalled server cannot hide behind calls that were never made.
 */
final class Load {
  private Load() {}

  /** Signs the orders in turn until {@code enough} says so. */
  static Latencies run(
      DemoEhr ehr, List<DemoEhr.Order> orders, int perSecond, BooleanSupplier enough)
      throws InterruptedException {
    ConcurrentLinkedQueue<Long> nanoseconds = new ConcurrentLinkedQueue<>();
    AtomicInteger failures = new AtomicInteger();
    ExecutorService callers = Executors.newCachedThreadPool();
    long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long due = System.nanoTime();
    for (int i = 0; !enough.getAsBoolean(); i++) {
      DemoEhr.Order order = orders.get(i % orders.size());
      long start = due;
      callers.execute(
          () -> {
            try {
              ehr.sign(order);
              nanoseconds.add(System.nanoTime() - start);
            } catch (IOException e) {
              failures.incrementAndGet();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      due += interval;
      LockSupport.parkNanos(due - System.nanoTime());
    }
    callers.shutdown();
    if (!callers.awaitTermination(1, TimeUnit.MINUTES)) {
      callers.shutdownNow();
    }
    return Latencies.of(nanoseconds, failures.get());
  }

  /** True from {@code time} after now. */
  static BooleanSupplier after(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() >= end;
  }
}
