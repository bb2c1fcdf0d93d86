package io.spinexr.app.health;

import io.spinexr.archive.study.Archive;
import io.spinexr.dicomweb.message.DicomWebException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.health.Health;

/** Whether the archive answers a search. It is asked at most every few seconds. */
final class ArchiveHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveHealth.class);
  private static final Duration FRESH = Duration.ofSeconds(10);

  /** Of no study: the answer is small whatever the archive holds. */
  private static final Map<String, String> QUERY = Map.of("StudyInstanceUID", "2.25.0");

  private final Archive archive;
  private final Executor threads;
  private final Clock clock;
  private Instant asked = Instant.MIN;
  private volatile CompletableFuture<Health> answer = CompletableFuture.completedFuture(null);

  ArchiveHealth(Archive archive, Executor threads, Clock clock) {
    this.archive = archive;
    this.threads = threads;
    this.clock = clock;
  }

  String name() {
    return archive.name();
  }

  /** What the archive answers to {@link #ask}. */
  Health answer(Duration patience) {
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return down("no answer within " + PacsHealth.PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      LOG.error("the archive cannot be checked", e);
      return down("an error inside SpineXR, of which its log tells more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return down("interrupted");
    }
  }

  /** Begins to ask, unless that was a moment ago. */
  synchronized void ask() {
    if (answer.isDone() && asked.isBefore(clock.instant().minus(FRESH))) {
      asked = clock.instant();
      answer = CompletableFuture.supplyAsync(this::search, threads);
    }
  }

  private Health search() {
    try {
      archive.client().searchStudies(QUERY, List.of());
      return Health.up().build();
    } catch (DicomWebException e) {
      return down(e.getMessage());
    }
  }

  private static Health down(String reason) {
    return Health.down().withDetail("reason", reason).build();
  }
}
