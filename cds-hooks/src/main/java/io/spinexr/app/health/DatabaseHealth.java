package io.spinexr.app.health;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Whether the database can be written: one that can only be read, because its disk is full or it is
 * a standby, is of no use. It is asked on a daemon thread; who asks for the health never waits
 * long.
 */
public final class DatabaseHealth implements HealthIndicator, AutoCloseable {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMillis(1500);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final ExecutorService thread;
  private final Inquiry inquiry;

  public DatabaseHealth(DataSource dataSource, Clock clock) {
    this.jdbc = JdbcClient.create(dataSource);
    this.clock = clock;
    CustomizableThreadFactory factory = new CustomizableThreadFactory("database-health-");
    factory.setDaemon(true);
    this.thread = Executors.newSingleThreadExecutor(factory);
    this.inquiry = new Inquiry(this::write, FRESH, PATIENCE, thread);
  }

  private Health write() {
    try {
      jdbc.sql("update database_check set checked_at = :now where id = 1")
          .param("now", clock.instant().atOffset(ZoneOffset.UTC))
          .update();
      return Health.up().build();
    } catch (DataAccessException e) {
      return Inquiry.down(
          "nothing can be written to the database (%s): is it there, and has its disk room?"
              .formatted(e.getMostSpecificCause().getClass().getSimpleName()));
    }
  }

  @Override
  public Health health() {
    inquiry.ask();
    return inquiry.answer();
  }

  /** One that is read from the database, and not asked while that does not answer. */
  public HealthIndicator dependent(HealthIndicator part) {
    return () ->
        health().getStatus().equals(Status.UP)
            ? part.health()
            : Health.unknown().withDetail("reason", "the database does not answer").build();
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
