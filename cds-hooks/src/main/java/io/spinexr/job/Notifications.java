package io.spinexr.job;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells the nodes of one PostgreSQL which orders have changed, by NOTIFY and LISTEN. One daemon
 * thread with one connection beside the pool listens until this is closed. While it cannot, nobody
 * is told; as soon as it can, all who wait are.
 */
public final class Notifications implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final String CHANNEL = "spinexr_order";
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** After so long without a word, the connection is tried: it may have broken silently. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final HikariDataSource pool;
  private final JdbcClient jdbc;
  private final Thread listener = new Thread(this::listen, "order-changes");
  private @Nullable Changes changes;
  private volatile @Nullable Connection connection;
  private volatile boolean closed;

  private Notifications(HikariDataSource pool) {
    this.pool = pool;
    this.jdbc = JdbcClient.create(pool);
    listener.setDaemon(true);
  }

  /** Nothing for an H2 database, which is in one process' hands. */
  public static Optional<Notifications> of(DataSource dataSource) {
    return dataSource instanceof HikariDataSource pool
            && pool.getJdbcUrl().startsWith("jdbc:postgresql:")
        ? Optional.of(new Notifications(pool))
        : Optional.empty();
  }

  /** Joins the transaction that is under way: nodes are told when it commits, or never. */
  public void send(Collection<String> orderKeys) {
    jdbc.sql("select pg_notify(:channel, k) from unnest(string_to_array(:keys, ',')) k")
        .param("channel", CHANNEL)
        .param("keys", String.join(",", orderKeys))
        .query()
        .listOfRows();
  }

  /** From now on these are told what any node sends, this one included. */
  public void listen(Changes told) {
    changes = told;
    listener.start();
  }

  private void listen() {
    Changes told = Objects.requireNonNull(changes);
    boolean working = true;
    while (!closed) {
      try (Connection opened =
          DriverManager.getConnection(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword())) {
        connection = opened;
        try (Statement statement = opened.createStatement()) {
          statement.execute("listen " + CHANNEL);
        }
        told.tellAll(); // of what was sent while nobody listened
        working = true;
        listen(opened, told);
      } catch (SQLException e) {
        if (working && !closed) {
          LOG.warn("changes on other nodes are not told until the database answers again", e);
        }
        working = false;
        pause();
      }
    }
  }

  private void listen(Connection open, Changes told) throws SQLException {
    PGConnection postgres = open.unwrap(PGConnection.class);
    while (!closed) {
      PGNotification[] sent = postgres.getNotifications((int) SILENCE.toMillis());
      for (PGNotification one : sent) {
        told.tell(one.getParameter());
      }
      if (sent.length == 0 && !open.isValid((int) ANSWER.toSeconds())) {
        throw new SQLException("the connection is broken");
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY.toMillis());
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    listener.interrupt();
    try {
      Connection open = connection;
      if (open != null) {
        open.abort(Runnable::run);
      }
      listener.join(ANSWER.toMillis());
    } catch (SQLException e) {
      LOG.warn("the connection that listens for changes cannot be closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
