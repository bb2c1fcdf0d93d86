package io.spinexr.app.health;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.health.Health;

/**
 * How something is that may not answer: it is asked on another thread, at most every so often, and
 * who wants to know waits at most until a short time after it was asked.
 */
final class Inquiry {
  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);

  private final Supplier<Health> question;
  private final Duration fresh;
  private final Duration patience;
  private final Executor threads;
  private CompletableFuture<Health> answer = new CompletableFuture<>();
  private boolean asked;
  private long askedAt;
  private volatile long answeredAt;

  /**
   * @param fresh how long an answer holds
   * @param patience how long after it was asked no answer is one, too
   */
  Inquiry(Supplier<Health> question, Duration fresh, Duration patience, Executor threads) {
    this.question = question;
    this.fresh = fresh;
    this.patience = patience;
    this.threads = threads;
  }

  /** Begins to ask, unless that was a moment ago or goes on. */
  synchronized void ask() {
    boolean holds = System.nanoTime() - answeredAt < fresh.toNanos();
    if (!asked || answer.isDone() && !holds) {
      asked = true;
      askedAt = System.nanoTime();
      answer =
          CompletableFuture.supplyAsync(question, threads)
              .whenComplete((health, failure) -> answeredAt = System.nanoTime());
    }
  }

  /** What is answered to {@link #ask}. */
  Health answer() {
    CompletableFuture<Health> pending;
    long left;
    synchronized (this) {
      pending = answer;
      left = askedAt + patience.toNanos() - System.nanoTime();
    }
    try {
      return pending.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return down("no answer within %s s".formatted(patience.toMillis() / 1000.0));
    } catch (ExecutionException e) {
      LOG.error("a part of the health cannot be checked", e);
      return down("an error inside SpineXR, of which its log tells more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return down("interrupted");
    }
  }

  static Health down(String reason) {
    return Health.down().withDetail("reason", reason).build();
  }
}
