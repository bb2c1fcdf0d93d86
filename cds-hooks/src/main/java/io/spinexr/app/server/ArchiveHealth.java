package io.spinexr.app.server;

import io.spinexr.archive.Archive;
import io.spinexr.dicomweb.DicomWebException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.health.Health;

/**
 * Whether the archive answers a search. It is asked at most every few seconds, and who asks for the
 * health never waits long for it.
 */
final class ArchiveHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveHealth.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Of no study: the answer is small whatever the archive holds. */
  private static final Map<String, String> QUERY = Map.of("StudyInstanceUID", "2.25.0");

  private final Archive archive;
  private final Clock clock;
  private Instant asked = Instant.MIN;
  private CompletableFuture<Health> answer = CompletableFuture.completedFuture(null);

  ArchiveHealth(Archive archive, Clock clock) {
    this.archive = archive;
    this.clock = clock;
  }

  String name() {
    return archive.name();
  }

  Health health() {
    try {
      return current().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return down("no answer within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      LOG.error("the archive cannot be checked", e);
      return down("an error inside SpineXR, of which its log tells more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return down("interrupted");
    }
  }

  private synchronized CompletableFuture<Health> current() {
    if (answer.isDone() && asked.isBefore(clock.instant().minus(FRESH))) {
      asked = clock.instant();
      answer = CompletableFuture.supplyAsync(this::ask);
    }
    return answer;
  }

  private Health ask() {
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
