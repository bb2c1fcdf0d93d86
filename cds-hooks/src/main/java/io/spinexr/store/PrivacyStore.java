package io.spinexr.store;

import io.spinexr.archive.patient.PatientHash;
import io.spinexr.order.PrivacyStatement.Basis;
import io.spinexr.order.Restriction;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Patients for whom nothing may be done, by hashed identifier: all SQL on it. */
public final class PrivacyStore {
  /** Whether the patient of an analysis {@code a}, by any identifier, is restricted. */
  static final String RESTRICTED =
      """
      (exists (
        select 1 from patient_privacy p where p.subject = a.patient and p.ended_at is null)
      or exists (
        select 1 from order_patient i join patient_privacy p on p.subject = i.patient
        where i.order_key = a.order_key and p.ended_at is null))\
      """;

  private final JdbcClient jdbc;

  public PrivacyStore(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  /** A restriction in force. */
  public record Entry(
      String subject, Basis basis, Restriction restriction, Optional<String> reason, String by) {}

  public List<Entry> inForce(Collection<String> subjects) {
    if (subjects.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            """
            select subject, basis, restriction, reason, stated_by from patient_privacy
            where subject in (:subjects) and ended_at is null order by subject, basis\
            """)
        .param("subjects", subjects)
        .query(
            (rows, row) ->
                new Entry(
                    rows.getString("subject"),
                    StoredJson.constant(Basis.class, rows.getString("basis")),
                    restriction(rows.getString("restriction")),
                    Optional.ofNullable(rows.getString("reason")),
                    rows.getString("stated_by")))
        .list();
  }

  /** Puts a restriction in the place of what its subject's basis said before. */
  public void restrict(Entry entry, Instant now) {
    int updated =
        write(
            entry,
            now,
            """
            update patient_privacy
            set restriction = :restriction, reason = :reason, stated_by = :by, stated_at = :now,
              ended_by = null, ended_at = null
            where subject = :subject and basis = :basis\
            """);
    if (updated == 0) {
      write(
          entry,
          now,
          """
          insert into patient_privacy (subject, basis, restriction, reason, stated_by, stated_at)
          values (:subject, :basis, :restriction, :reason, :by, :now)\
          """);
    }
  }

  private int write(Entry entry, Instant now, String sql) {
    return jdbc.sql(sql)
        .param("subject", entry.subject())
        .param("basis", StoredJson.code(entry.basis()))
        .param("restriction", entry.restriction().code())
        .param("reason", entry.reason().orElse(null))
        .param("by", entry.by())
        .param("now", Rows.utc(now))
        .update();
  }

  public void end(String subject, Basis basis, String by, Instant now) {
    jdbc.sql(
            """
            update patient_privacy set ended_by = :by, ended_at = :now
            where subject = :subject and basis = :basis and ended_at is null\
            """)
        .param("by", by)
        .param("now", Rows.utc(now))
        .param("subject", subject)
        .param("basis", StoredJson.code(basis))
        .update();
  }

  private record Link(String retired, String surviving) {
    private boolean touches(Set<String> subjects) {
      return subjects.contains(retired) || subjects.contains(surviving);
    }
  }

  /**
   * These and every identifier that a merge says is the same person's. Reads all merges: only for
   * what rarely happens.
   */
  public Set<String> family(Collection<String> subjects) {
    List<Link> links =
        jdbc.sql("select retired, surviving_system, surviving_value from patient_merge")
            .query(
                (rows, row) ->
                    new Link(
                        rows.getString("retired"),
                        PatientHash.of(
                            rows.getString("surviving_system"), rows.getString("surviving_value"))))
            .list();
    Set<String> family = new HashSet<>(subjects);
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Link link : links) {
        if (link.touches(family)) {
          grown |= family.add(link.retired()) | family.add(link.surviving());
        }
      }
    }
    return family;
  }

  private static Restriction restriction(String code) {
    return Arrays.stream(Restriction.values())
        .filter(restriction -> restriction.code().equals(code))
        .findFirst()
        .orElseThrow();
  }
}
