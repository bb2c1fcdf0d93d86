package io.spinexr.cds.token;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which client tokens were used already, on any node: a token is good for one call. */
public final class SeenTokens {
  private final JdbcClient database;
  private final Clock clock;
  private final AtomicReference<Instant> purgedAt = new AtomicReference<>(Instant.EPOCH);

  public SeenTokens(DataSource dataSource, Clock clock) {
    this.database = JdbcClient.create(dataSource);
    this.clock = clock;
  }

  /**
   * Whether this token was never seen before; from now on it was.
   *
   * @param id names the token: 64 characters
   * @param expiresAt until when it must be remembered
   */
  boolean isFirstUse(String id, Instant expiresAt) {
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
