package io.spinexr.app.server;

import io.spinexr.dicomweb.DicomWebClient;
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
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Whether the archive answers a search. It is asked at most every few seconds, and who asks for the
 * health never waits long for it.
 */
final class ArchiveHealth implements HealthIndicator {
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Of no study: the answer is small whatever the archive holds. */
  private static final Map<String, String> QUERY = Map.of("StudyInstanceUID", "2.25.0");

  private final DicomWebClient archive;
  private final Clock clock;
  private Instant asked = Instant.MIN;
  private CompletableFuture<Health> answer = CompletableFuture.completedFuture(null);

  ArchiveHealth(DicomWebClient archive, Clock clock) {
    this.archive = archive;
    this.clock = clock;
  }

  @Override
  public Health health() {
    try {
      return current().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return down("no answer within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      return down("the check failed: " + e.getCause().getClass().getSimpleName());
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
      archive.searchStudies(QUERY, List.of());
      return Health.up().build();
    } catch (DicomWebException e) {
      return down(e.getMessage());
    }
  }

  private static Health down(String reason) {
    return Health.down().withDetail("reason", reason).build();
  }
}
