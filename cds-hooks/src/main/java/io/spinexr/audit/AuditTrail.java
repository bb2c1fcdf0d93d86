package io.spinexr.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where entries are added. There is nothing here that changes or deletes one. Each entry is
 * committed on its own, whatever becomes of the transaction of who asks: what is rolled back was
 * tried all the same. Entries that come at the same time are committed together, by one thread, so
 * that the database never holds more than that thread.
 */
public final class AuditTrail implements AutoCloseable {
  static final ObjectMapper JSON = new JsonMapper();
  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

  /** More are refused at once: the database does not keep up, or does not answer. */
  private static final int MOST_WAITING = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String INSERT =
      "insert into audit_entry (chain, number, recorded, agent, patient, action, event, digest,"
          + " previous, link) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private final JdbcTemplate database;
  private final TransactionTemplate transaction;
  private final Supplier<Optional<String>> address;
  private final Clock clock;
  private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final ExecutorService writer;
  private @Nullable AuditEntry last; // the writer's

  /**
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   * @param address network address of who asks on this thread; empty if nobody does
   */
  public AuditTrail(DataSource dataSource, Supplier<Optional<String>> address, Clock clock) {
    this.database = new JdbcTemplate(dataSource);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    this.address = address;
    this.clock = clock;
    CustomizableThreadFactory threads = new CustomizableThreadFactory("audit-");
    threads.setDaemon(true);
    this.writer = Executors.newSingleThreadExecutor(threads);
  }

  private record Waiting(
      AuditedAct act, Instant recorded, String event, CompletableFuture<Boolean> written) {}

  /** An entry on its way into the database. */
  public static final class Recording {
    private final Future<Boolean> written;

    private Recording(Future<Boolean> written) {
      this.written = written;
    }

    /** Whether it is there after so long at most. */
    public boolean isWrittenWithin(Duration patience) {
      try {
        return written.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /**
   * @param agent as recorded
   * @param patient as recorded
   * @param from recorded then or later
   * @param to recorded before
   * @param action code of FHIR's audit-event-action
   * @param limit at most so many, the newest
   */
  public record Query(
      Optional<String> agent,
      Optional<String> patient,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<String> action,
      int limit) {}

  /**
   * Writes down what is about to be done.
   *
   * @throws AuditUnavailableException if that is not possible within 5 s: then it may not be done
   */
  public void record(AuditedAct act) {
    if (!begin(act).isWrittenWithin(PATIENCE)) {
      throw new AuditUnavailableException();
    }
  }

  /**
   * Begins to write down what is about to be done, or was refused. Nobody has to wait for what was
   * refused; if it cannot be written, the log says so.
   */
  public Recording begin(AuditedAct act) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    if (waiting.offer(new Waiting(act, now, json(act.event(now, address.get())), written))) {
      writer.execute(this::write);
    } else {
      written.complete(false);
    }
    return new Recording(written);
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write() {
    List<Waiting> batch = new ArrayList<>();
    waiting.drainTo(batch);
    if (batch.isEmpty()) {
      return; // an earlier turn took it along
    }
    boolean written = false;
    try {
      AuditEntry end = Objects.requireNonNull(transaction.execute(status -> write(batch)));
      last = end;
      written = true;
    } catch (RuntimeException e) {
      // Whether these were written is not known, so the next one begins a chain.
      last = null;
      LOG.error(
          "the audit cannot be written, and what it is about is not done: the database does not"
              + " take {} entries ({})",
          batch.size(),
          NestedExceptionUtils.getMostSpecificCause(e).getClass().getSimpleName());
    }
    for (Waiting one : batch) {
      one.written().complete(written);
    }
  }

  private AuditEntry write(List<Waiting> batch) {
    AuditEntry before = last;
    List<Object[]> rows = new ArrayList<>();
    for (Waiting one : batch) {
      AuditEntry entry = following(before, one.event());
      rows.add(
          new Object[] {
            entry.chain(),
            entry.number(),
            Timestamp.from(one.recorded()),
            one.act().agent(),
            one.act().patient().orElse(null),
            one.act().action().code(),
            entry.event(),
            entry.digest(),
            entry.previous(),
            entry.link()
          });
      before = entry;
    }
    database.batchUpdate(INSERT, rows);
    return Objects.requireNonNull(before);
  }

  private AuditEntry following(@Nullable AuditEntry before, String event) {
    if (before != null) {
      return AuditEntry.following(before.link(), before.chain(), before.number() + 1, event);
    }
    String link =
        database
            .queryForList(
                "select link from audit_entry order by recorded desc, number desc limit 1",
                String.class)
            .stream()
            .findFirst()
            .orElse(AuditEntry.NOTHING);
    String chain = UUID.randomUUID().toString();
    database.update("insert into audit_chain (chain, forwarded) values (?, 0)", chain);
    return AuditEntry.following(link, chain, 1, event);
  }

  /** Writes what waits. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.error("the audit lacks its newest entries: the database does not take them");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** AuditEvents in JSON, newest first. */
  public List<String> find(Query query) {
    StringBuilder sql = new StringBuilder("select event from audit_entry where event is not null");
    List<Object> values = new ArrayList<>();
    add(query.agent(), " and agent = ?", sql, values);
    add(query.patient(), " and patient = ?", sql, values);
    add(query.from().map(Timestamp::from), " and recorded >= ?", sql, values);
    add(query.to().map(Timestamp::from), " and recorded < ?", sql, values);
    add(query.action(), " and action = ?", sql, values);
    sql.append(" order by recorded desc, number desc limit ").append(query.limit());
    return database.queryForList(sql.toString(), String.class, values.toArray());
  }

  private static void add(
      Optional<?> value, String condition, StringBuilder sql, List<Object> values) {
    value.ifPresent(
        one -> {
          sql.append(condition);
          values.add(one);
        });
  }

  /**
   * Writes all entries as NDJSON, chain by chain, after them where chains begin whose older entries
   * have ended, and the head of each chain: kept apart from the database, it tells later whether
   * its end was cut off.
   */
  public void export(Writer out) {
    transaction.executeWithoutResult(status -> exportAll(new PrintWriter(out)));
  }

  private void exportAll(PrintWriter out) {
    Map<String, AuditHead> heads = new TreeMap<>();
    database.query(
        connection -> {
          PreparedStatement all =
              connection.prepareStatement(
                  "select " + AuditEntry.COLUMNS + " from audit_entry order by chain, number");
          all.setFetchSize(500); // else PostgreSQL's driver would hold all rows in memory
          return all;
        },
        row -> {
          AuditEntry entry = AuditEntry.of(row);
          heads.put(entry.chain(), new AuditHead(entry.chain(), entry.number(), entry.link()));
          out.println(json(entry));
        });
    // Read later than the entries: what ends meanwhile is there twice rather than not at all.
    for (Checkpoint checkpoint :
        database.query(
            "select chain, number, link, made, signature from audit_checkpoint order by chain",
            (row, i) -> Checkpoint.of(row))) {
      heads.putIfAbsent(
          checkpoint.checkpoint(),
          new AuditHead(checkpoint.checkpoint(), checkpoint.number(), checkpoint.link()));
      out.println(json(checkpoint));
    }
    heads.values().forEach(head -> out.println(json(head)));
    if (out.checkError()) {
      throw new UncheckedIOException(new IOException("the export cannot be sent"));
    }
  }
}
