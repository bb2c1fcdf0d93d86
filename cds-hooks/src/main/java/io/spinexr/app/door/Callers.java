package io.spinexr.app.door;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.spinexr.app.setting.LimitProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How much each caller takes: requests a second, and at a time. */
final class Callers {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int MOST_CALLERS = 100_000;

  private final LimitProperties limits;

  /** When the requests so far would have come at the even rate, on {@link System#nanoTime()}. */
  private final Cache<String, AtomicLong> paid =
      Caffeine.newBuilder()
          .maximumSize(MOST_CALLERS)
          .expireAfterAccess(Duration.ofSeconds(10))
          .executor(Runnable::run)
          .build();

  private final Map<String, Integer> inside = new ConcurrentHashMap<>();

  Callers(LimitProperties limits) {
    this.limits = limits;
  }

  /**
   * Lets one more request of the caller in, who has to {@link #leave} then; or says why not.
   *
   * @param caller an address or a name
   */
  Optional<Refusal> enter(String caller) {
    if (isTooOften(caller)) {
      return Optional.of(
          Refusal.forNow(
              429,
              "more than %d requests a second from here (spinexr.limits.requests-per-second)"
                  .formatted(limits.requestsPerSecond())));
    }
    if (inside.merge(caller, 1, Integer::sum) > limits.concurrentRequests()) {
      leave(caller);
      return Optional.of(
          Refusal.forNow(
              429,
              "more than %d requests at a time from here (spinexr.limits.concurrent-requests)"
                  .formatted(limits.concurrentRequests())));
    }
    return Optional.empty();
  }

  void leave(String caller) {
    inside.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
  }

  /** A second's requests may come at once (generic cell rate algorithm, ITU-T I.371). */
  private boolean isTooOften(String caller) {
    long now = System.nanoTime();
    AtomicLong last = paid.get(caller, name -> new AtomicLong(now));
    while (true) {
      long before = last.get();
      long after = Math.max(before, now) + SECOND / limits.requestsPerSecond();
      if (after - now > SECOND) {
        return true;
      }
      if (last.compareAndSet(before, after)) {
        return false;
      }
    }
  }
}
