package io.spinexr.store;

import io.spinexr.study.PatientIdentifier;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was said of patients, and which identifiers are one person's. */
public final class PatientStore {
  private final JdbcClient jdbc;

  public PatientStore(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  /**
   * Whether a statement about a patient is news: newer than what was known, and different.
   *
   * @param statement names what was said by its content
   */
  public boolean news(String patient, String statement, Instant statedAt) {
    int updated =
        jdbc.sql(
                """
                update patient_statement set statement = :statement, stated_at = :at
                where patient = :patient and stated_at < :at and statement <> :statement\
                """)
            .param("patient", patient)
            .param("statement", statement)
            .param("at", Rows.utc(statedAt))
            .update();
    if (updated == 1) {
      return true;
    }
    return jdbc.sql(
                """
                insert into patient_statement (patient, statement, stated_at)
                select :patient, :statement, :at where not exists (
                  select 1 from patient_statement where patient = :patient)\
                """)
            .param("patient", patient)
            .param("statement", statement)
            .param("at", Rows.utc(statedAt))
            .update()
        == 1;
  }

  /** From now on a patient with the retired identifier has the surviving one too. */
  public void merged(String retired, PatientIdentifier surviving, Instant now) {
    jdbc.sql("delete from patient_merge where retired = :retired")
        .param("retired", retired)
        .update();
    jdbc.sql(
            """
            insert into patient_merge (retired, surviving_system, surviving_value, merged_at)
            values (:retired, :system, :value, :now)\
            """)
        .param("retired", retired)
        .param("system", surviving.system())
        .param("value", surviving.value())
        .param("now", Rows.utc(now))
        .update();
  }

  /** The hashes of identifiers that one of these replaced. */
  public List<String> retiredBy(Collection<PatientIdentifier> surviving) {
    return surviving.stream()
        .flatMap(
            identifier ->
                jdbc
                    .sql(
                        """
                        select retired from patient_merge
                        where surviving_system = :system and surviving_value = :value\
                        """)
                    .param("system", identifier.system())
                    .param("value", identifier.value())
                    .query(String.class)
                    .list()
                    .stream())
        .toList();
  }

  /** The identifiers that replaced some of these. */
  public List<PatientIdentifier> survivors(Collection<String> patients) {
    if (patients.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            """
            select surviving_system, surviving_value from patient_merge
            where retired in (:patients) order by surviving_system, surviving_value\
            """)
        .param("patients", patients)
        .query(
            (rows, row) ->
                new PatientIdentifier(
                    rows.getString("surviving_system"), rows.getString("surviving_value")))
        .list();
  }
}
