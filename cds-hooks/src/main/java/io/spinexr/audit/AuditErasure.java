package io.spinexr.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Erases what entries say of a patient. Who did it, when, and the digest stay: the chain holds, and
 * whoever has the event can still prove it.
 */
public final class AuditErasure {
  private final JdbcTemplate database;

  /**
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   */
  public AuditErasure(DataSource dataSource) {
    this.database = new JdbcTemplate(dataSource);
  }

  private record Key(String chain, long number) {}

  /**
   * To be called inside a transaction.
   *
   * @param patients as recorded
   * @param keys of studies and orders, wherever they are named
   * @param identifiers values that were searched for
   * @return how many entries were about the patient
   */
  public int erase(Set<String> patients, Set<String> keys, Set<String> identifiers) {
    List<Key> found = new ArrayList<>();
    database.query(
        "select chain, number, patient, event from audit_entry where event is not null",
        row -> {
          String event = row.getString(4);
          if (isAbout(row.getString(3), event, patients, keys, identifiers)) {
            found.add(new Key(row.getString(1), row.getLong(2)));
          }
        });
    database.batchUpdate(
        "update audit_entry set event = null, patient = null where chain = ? and number = ?",
        found.stream().map(key -> new Object[] {key.chain(), key.number()}).toList());
    return found.size();
  }

  private static boolean isAbout(
      @Nullable String patient,
      String event,
      Set<String> patients,
      Set<String> keys,
      Set<String> identifiers) {
    return patient != null && patients.contains(patient)
        || keys.stream().anyMatch(event::contains)
        || queries(event)
            .anyMatch(
                query ->
                    keys.stream().anyMatch(query::contains)
                        || Arrays.stream(query.split("[=&|,/]", -1))
                            .anyMatch(identifiers::contains));
  }

  /** In plain text. */
  private static Stream<String> queries(String event) {
    if (!event.contains("\"query\"")) {
      return Stream.empty();
    }
    try {
      List<String> queries = new ArrayList<>();
      for (JsonNode entity : AuditTrail.JSON.readTree(event).path("entity")) {
        String coded = entity.path("query").asText();
        byte[] query = Base64.getDecoder().decode(coded);
        queries.add(plain(new String(query, StandardCharsets.UTF_8)));
      }
      return queries.stream();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Stream.empty(); // not ours: somebody has changed it
    }
  }

  private static String plain(String query) {
    try {
      return URLDecoder.decode(query, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return query; // somebody sent a broken one
    }
  }
}
