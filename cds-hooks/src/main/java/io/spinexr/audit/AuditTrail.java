package io.spinexr.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where entries are added. There is nothing here that changes or deletes one. Each entry is
 * committed by itself before {@link #record} returns, on a connection of its own: what is rolled
 * back was tried all the same.
 */
public final class AuditTrail {
  static final ObjectMapper JSON = new JsonMapper();

  private final DataSource dataSource;
  private final Clock clock;
  private @Nullable AuditEntry last;

  /**
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   */
  public AuditTrail(DataSource dataSource, Clock clock) {
    this.dataSource = dataSource;
    this.clock = clock;
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
   * Writes down what is about to be done, or was refused.
   *
   * @throws AuditUnavailableException if that is not possible: then it may not be done
   */
  public synchronized void record(AuditedAct act) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    try (Connection connection = dataSource.getConnection()) {
      AuditEntry entry = next(connection, JSON.writeValueAsString(act.event(now)));
      // Where it is not known whether this one was written, the next begins a chain.
      last = null;
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into audit_entry (chain, number, recorded, agent, patient, action, event,"
                  + " digest, previous, link) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
        insert.setString(1, entry.chain());
        insert.setLong(2, entry.number());
        insert.setTimestamp(3, Timestamp.from(now));
        insert.setString(4, act.agent());
        insert.setString(5, act.patient().orElse(null));
        insert.setString(6, act.action().code());
        insert.setString(7, entry.event());
        insert.setString(8, entry.digest());
        insert.setString(9, entry.previous());
        insert.setString(10, entry.link());
        insert.executeUpdate();
      }
      last = entry;
    } catch (SQLException | JsonProcessingException e) {
      throw new AuditUnavailableException(e);
    }
  }

  private AuditEntry next(Connection connection, String event) throws SQLException {
    if (last != null) {
      return AuditEntry.following(last.link(), last.chain(), last.number() + 1, event);
    }
    try (PreparedStatement newest =
            connection.prepareStatement(
                "select link from audit_entry order by recorded desc, number desc limit 1");
        ResultSet row = newest.executeQuery()) {
      String before = row.next() ? row.getString(1) : AuditEntry.NOTHING;
      return AuditEntry.following(before, UUID.randomUUID().toString(), 1, event);
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
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql.toString())) {
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      List<String> found = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot be read", e);
    }
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
   * Writes all entries as NDJSON, chain by chain, and after them the head of each chain: kept apart
   * from the database, it tells later whether its end was cut off.
   */
  public void export(Writer out) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false); // else PostgreSQL's driver would hold all rows in memory
      @Nullable AuditEntry head = null;
      List<AuditEntry> heads = new ArrayList<>();
      try (PreparedStatement select =
          connection.prepareStatement(
              "select chain, number, event, digest, previous, link from audit_entry"
                  + " order by chain, number")) {
        select.setFetchSize(500);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            AuditEntry entry =
                new AuditEntry(
                    rows.getString(1),
                    rows.getLong(2),
                    rows.getString(3),
                    rows.getString(4),
                    rows.getString(5),
                    rows.getString(6));
            if (head != null && !head.chain().equals(entry.chain())) {
              heads.add(head);
            }
            head = entry;
            out.write(JSON.writeValueAsString(entry) + "\n");
          }
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
      if (head != null) {
        heads.add(head);
      }
      for (AuditEntry one : heads) {
        out.write(
            JSON.writeValueAsString(
                    Map.of("head", one.chain(), "number", one.number(), "link", one.link()))
                + "\n");
      }
      out.flush();
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot be read", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
