package io.spinexr.workshop.benchmark.service;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * What clients get that call at the same time, each as soon as its last call was answered.
 *
 * @param seconds that it took
 * @param cpuSeconds of the whole process but for the clients
 */
record FhirLoad(Latencies latencies, double seconds, double cpuSeconds) {
  /** One call, answered and read to its end. */
  interface Call {
    /**
     * @param turn counts all calls from 0
     */
    void send(int turn) throws IOException;
  }

  static FhirLoad run(Call call, int clients, Duration time) throws InterruptedException {
    ConcurrentLinkedQueue<Long> nanoseconds = new ConcurrentLinkedQueue<>();
    AtomicInteger failures = new AtomicInteger();
    AtomicInteger turns = new AtomicInteger();
    AtomicLong clientCpu = new AtomicLong();
    long cpu = processCpu();
    long start = System.nanoTime();
    BooleanSupplier enough = Load.after(time);
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    for (int i = 0; i < clients; i++) {
      threads.execute(
          () -> {
            while (!enough.getAsBoolean()) {
              long sent = System.nanoTime();
              try {
                call.send(turns.getAndIncrement());
                nanoseconds.add(System.nanoTime() - sent);
              } catch (IOException e) {
                failures.incrementAndGet();
              }
            }
            clientCpu.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
          });
    }
    threads.shutdown();
    if (!threads.awaitTermination(time.toSeconds() + 60, TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
    return new FhirLoad(
        Latencies.of(nanoseconds, failures.get()),
        (System.nanoTime() - start) / 1e9,
        (processCpu() - cpu - clientCpu.get()) / 1e9);
  }

  private static long processCpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private int answers() {
    return latencies.sorted().size();
  }

  /** CPU milliseconds of the server for each answer. */
  double cpuMilliseconds() {
    return 1000 * cpuSeconds / answers();
  }

  String row(String name) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %.1f | %.1f | %.0f | %.0f |",
        name,
        answers(),
        latencies.failures(),
        answers() / seconds,
        cpuMilliseconds(),
        latencies.percentile(0.5),
        latencies.percentile(0.95));
  }
}
