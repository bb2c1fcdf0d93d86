package io.spinexr.erasure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.spinexr.fhir.PatientTraces;
import io.spinexr.store.StoredJson;
import io.spinexr.study.PatientIdentifier;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of erasures. */
final class ErasureStore {
  private static final int LONGEST_REASON = 1000;

  private final JdbcClient jdbc;

  ErasureStore(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /** One that is under way, and whose it is. */
  record Pending(Erasure erasure, Scope scope) {}

  /** A scope as {@code erasure.scope} holds it until the erasure has ended: format 1. */
  private record Format1(
      int format,
      List<Identifier> identifiers,
      List<String> studies,
      List<String> orders,
      List<String> retired) {
    static Format1 of(Scope scope) {
      return new Format1(
          1,
          scope.traces().identifiers().stream()
              .map(id -> new Identifier(id.system(), id.value()))
              .toList(),
          List.copyOf(scope.studies()),
          List.copyOf(scope.orders()),
          List.copyOf(scope.retired()));
    }

    Scope scope() {
      return new Scope(
          new PatientTraces(
              identifiers.stream()
                  .map(id -> new PatientIdentifier(id.system(), id.value()))
                  .collect(Collectors.toSet()),
              Set.copyOf(studies),
              Set.copyOf(orders)),
          Set.copyOf(retired));
    }
  }

  private record Identifier(String system, String value) {}

  void insert(Pending pending) {
    Erasure erasure = pending.erasure();
    jdbc.sql(
            """
            insert into erasure (id, patient_digest, requested_by, reason, requested_at, scope,
              counts)
            values (:id, :digest, :by, :reason, :at, :scope, :counts)\
            """)
        .param("id", erasure.id())
        .param("digest", erasure.patientDigest())
        .param("by", erasure.by())
        .param("reason", erasure.reason())
        .param("at", utc(erasure.requestedAt()))
        .param("scope", json(Format1.of(pending.scope())))
        .param("counts", json(erasure.counts()))
        .update();
  }

  /** What is known by now of whose it is, and what is gone. */
  void keep(String id, Scope scope, Map<String, Integer> counts) {
    jdbc.sql(
            """
            update erasure set scope = :scope, counts = :counts where id = :id and scope is not null\
            """)
        .param("id", id)
        .param("scope", json(Format1.of(scope)))
        .param("counts", json(counts))
        .update();
  }

  void waits(String id, String what) {
    jdbc.sql("update erasure set waits_for = :what where id = :id")
        .param("id", id)
        .param("what", what.substring(0, Math.min(what.length(), LONGEST_REASON)))
        .update();
  }

  /** From now on the record does not tell any more whose it was. */
  void end(String id, Instant now) {
    jdbc.sql(
            """
            update erasure set ended_at = :now, scope = null, waits_for = null where id = :id\
            """)
        .param("id", id)
        .param("now", utc(now))
        .update();
  }

  Optional<Pending> pending(String id) {
    return pending().stream().filter(one -> one.erasure().id().equals(id)).findFirst();
  }

  List<Pending> pending() {
    return jdbc.sql("select * from erasure where ended_at is null order by requested_at, id")
        .query(
            (rows, row) ->
                new Pending(erasure(rows), read(rows.getString("scope"), Format1.class).scope()))
        .list();
  }

  List<Erasure> all() {
    return jdbc.sql("select * from erasure order by requested_at desc, id")
        .query((rows, row) -> erasure(rows))
        .list();
  }

  private static Erasure erasure(ResultSet rows) throws SQLException {
    return new Erasure(
        rows.getString("id"),
        rows.getString("patient_digest"),
        rows.getString("requested_by"),
        rows.getString("reason"),
        rows.getObject("requested_at", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(rows.getObject("ended_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        Optional.ofNullable(rows.getString("waits_for")),
        counts(rows.getString("counts")));
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static Map<String, Integer> counts(String json) {
    try {
      return StoredJson.MAPPER.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw unreadable();
    }
  }

  private static <T> T read(String json, Class<T> type) {
    try {
      return StoredJson.MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw unreadable();
    }
  }

  private static String json(Object value) {
    try {
      return StoredJson.MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value of this project has no JSON form", e);
    }
  }

  /** Without the cause, which quotes what it could not read. */
  private static IllegalStateException unreadable() {
    return new IllegalStateException("a record of an erasure in the database cannot be read");
  }
}
