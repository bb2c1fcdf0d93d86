package io.spinexr.cds.token;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which client tokens were used already, on any node: a token is good for one call. */
public final class SeenTokens {
  /** A caller is gone before; the server may not wait longer for its database than that. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final JdbcClient database;
  private final Clock clock;
  private final ExecutorService workers;
  private final AtomicReference<Instant> purgedAt = new AtomicReference<>(Instant.EPOCH);

  /**
   * @param workers on which the database is asked
   */
  public SeenTokens(DataSource dataSource, Clock clock, ExecutorService workers) {
    this.database = JdbcClient.create(dataSource);
    this.clock = clock;
    this.workers = workers;
  }

  /**
   * Whether this token was never seen before; from now on it was.
   *
   * @param id names the token: 64 characters
   * @param expiresAt until when it must be remembered
   * @throws IllegalStateException if the database does not tell in time
   */
  boolean isFirstUse(String id, Instant expiresAt) {
    Future<Boolean> first = workers.submit(() -> remember(id, expiresAt));
    try {
      return first.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the database does not answer", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the database failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private boolean remember(String id, Instant expiresAt) {
    purge();
    try {
      database
          .sql("insert into cds_token (id, expires_at) values (:id, :expires)")
          .param("id", id)
          .param("expires", Timestamp.from(expiresAt))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  private void purge() {
    Instant now = clock.instant();
    Instant last = purgedAt.get();
    if (last.isBefore(now.minus(Duration.ofMinutes(1))) && purgedAt.compareAndSet(last, now)) {
      database
          .sql("delete from cds_token where expires_at < :now")
          .param("now", Timestamp.from(now))
          .update();
    }
  }
}
