package io.spinexr.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.job.Backlog.Left;
import io.spinexr.service.Node;
import io.spinexr.store.Schema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** With the default heartbeat of 2 s, so that nobody is missed before 8 s. */
class BacklogTest {
  private static final Instant NOW = Instant.parse("2026-11-27T09:00:00Z");

  private HikariDataSource database;
  private JdbcClient jdbc;
  private Backlog backlog;

  @BeforeEach
  void open() {
    database = Node.database("backlog");
    Schema.migrate(database);
    jdbc = JdbcClient.create(database);
    jdbc.sql("delete from analysis_job").update();
    jdbc.sql("delete from study_analysis").update();
    backlog =
        new Backlog(
            database,
            "demo-1.0.0",
            Node.defaults(AnalysisProperties.class),
            Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Instant ago(int seconds) {
    return NOW.minus(Duration.ofSeconds(seconds));
  }

  private void waits(String study, int dueAgo) {
    jdbc.sql(
            """
            insert into analysis_job (task_name, task_instance, execution_time, picked, version)
            values ('analyse demo-1.0.0', :study, :due, false, 1)\
            """)
        .param("study", study)
        .param("due", ago(dueAgo).atOffset(ZoneOffset.UTC))
        .update();
  }

  private void set(String column, String study, int secondsAgo) {
    jdbc.sql("update analysis_job set " + column + " = :at where task_instance = :study")
        .param("at", ago(secondsAgo).atOffset(ZoneOffset.UTC))
        .param("study", study)
        .update();
  }

  @Test
  void countsTheAnalysesThatAreDueForLongerThanFourHeartbeats() {
    waits("1.1", 8);
    assertThat(backlog.unattended()).isEmpty();

    waits("1.2", 9);
    waits("1.3", 600);
    waits("1.4", -600);

    assertThat(backlog.unattended()).contains(new Left(2, ago(600)));
  }

  @Test
  void isPatientWhileANodeWorksHoweverManyWait() {
    waits("1.1", 600);
    waits("1.2", 600);
    set("last_heartbeat", "1.1", 8);
    assertThat(backlog.unattended()).isEmpty();

    set("last_heartbeat", "1.1", 9);
    assertThat(backlog.unattended()).contains(new Left(2, ago(600)));

    set("last_failure", "1.1", 3);
    assertThat(backlog.unattended()).isEmpty();
  }

  @Test
  void isPatientJustAfterAnAnalysisHasEnded() {
    waits("1.1", 600);
    for (String end : new String[] {"analysed_at", "failed_at"}) {
      jdbc.sql("delete from study_analysis").update();
      jdbc.sql(
              """
              insert into study_analysis (study_uid, model_set, order_key, patient, radiographs,
                request, attempts, state, description, requested_at, %s)
              values ('1.2', 'demo-1.0.0', 'k', 'p', 1, 1, 1, 'DONE', '', :at, :at)\
              """
                  .formatted(end))
          .param("at", ago(8).atOffset(ZoneOffset.UTC))
          .update();
      assertThat(backlog.unattended()).isEmpty();
    }
    jdbc.sql("update study_analysis set failed_at = :at")
        .param("at", ago(9).atOffset(ZoneOffset.UTC))
        .update();
    assertThat(backlog.unattended()).isPresent();
  }

  @Test
  void isNotHelpedByNodesOfAnotherModelSet() {
    waits("1.1", 600);
    jdbc.sql("update analysis_job set task_name = 'analyse demo-2.0.0'").update();
    set("last_heartbeat", "1.1", 1);
    assertThat(backlog.unattended()).isEmpty();

    waits("1.2", 60);
    assertThat(backlog.unattended()).contains(new Left(1, ago(60)));
  }
}
