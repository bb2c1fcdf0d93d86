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
import java.util.function.BooleanSupplier;

/**
 * Many who call at once, each as soon as the last call was answered: more than the machine can
 * serve at ease, so that what is left out shows.
 *
 * @param withFindings answers that showed stored findings
 */
record Crowd(Latencies latencies, int answers, int withFindings) {
  static Crowd run(DemoEhr ehr, List<DemoEhr.Order> orders, int callers, Duration time)
      throws InterruptedException {
    ConcurrentLinkedQueue<Long> nanoseconds = new ConcurrentLinkedQueue<>();
    AtomicInteger failures = new AtomicInteger();
    AtomicInteger findings = new AtomicInteger();
    BooleanSupplier enough = Load.after(time);
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    for (int i = 0; i < callers; i++) {
      DemoEhr.Order order = orders.get(i % orders.size());
      threads.execute(
          () -> {
            while (!enough.getAsBoolean()) {
              long start = System.nanoTime();
              try {
                boolean shown = ehr.sign(order).stream().anyMatch(DemoEhr.Card::findings);
                nanoseconds.add(System.nanoTime() - start);
                findings.addAndGet(shown ? 1 : 0);
              } catch (IOException e) {
                failures.incrementAndGet();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
              }
            }
          });
    }
    threads.shutdown();
    if (!threads.awaitTermination(time.toSeconds() + 60, TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
    return new Crowd(Latencies.of(nanoseconds, failures.get()), nanoseconds.size(), findings.get());
  }
}
