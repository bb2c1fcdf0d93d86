package io.spinexr.app.door;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.spinexr.app.setting.LimitProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How much each caller takes: requests a second, and at a time. */
public final class Callers {
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

  public Callers(LimitProperties limits) {
    this.limits = limits;
  }

  /**
   * Passes a request on, or says why not.
   *
   * @param caller an address or a name
   */
  public void pass(
      String caller, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Optional<Refusal> refusal = enter(caller);
    if (refusal.isPresent()) {
      refusal.get().answer(request, response);
      return;
    }
    try {
      chain.doFilter(request, response);
    } finally {
      leave(caller);
    }
  }

  /**
   * Lets one more request of the caller in, who has to {@link #leave} then; or says why not.
   *
   * @param caller an address or a name
   */
  public Optional<Refusal> enter(String caller) {
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

  public void leave(String caller) {
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
