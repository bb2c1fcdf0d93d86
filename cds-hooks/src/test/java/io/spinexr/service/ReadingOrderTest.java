package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.state.WorklistEntry;
import io.spinexr.store.Schema;
import io.spinexr.store.StudyStore;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The worklist's order, which the database makes, on both databases. */
class ReadingOrderTest {
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);
  private static final ModelSet MODELS =
      new ModelSet(
          "order", "1", List.of(new ModelVersion("net", "1", "classification", "a".repeat(64))));
  private static final String URGENT_BUT_NORMAL = "1.1";
  private static final String ABNORMAL = "1.2";
  private static final String LESS_ABNORMAL = "1.3";
  private static final String BY_DETECTOR = "1.4";
  private static final String NOT_ANALYSABLE = "1.5";
  private static final String QUEUED = "1.6";
  private static final String NOTHING_FOUND = "1.7";

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  @Test
  void followsPriorityVerdictAndProbabilityOnH2() {
    check(Node.pool("jdbc:h2:mem:reading-order", "sa"));
  }

  @Test
  void followsPriorityVerdictAndProbabilityOnPostgreSql() {
    check(Node.pool(POSTGRESQL.url(), POSTGRESQL.user()));
  }

  private static void check(HikariDataSource database) {
    try (database) {
      Schema.migrate(database);
      StudyStore store = new StudyStore(database);
      request(store, QUEUED, ReadingPriority.ROUTINE);
      done(store, NOTHING_FOUND, ReadingPriority.ROUTINE, List.of(image(NOTHING_FOUND, 0.39)));
      done(store, NOT_ANALYSABLE, ReadingPriority.ROUTINE, List.of());
      // Less probable than what is called normal, and yet something is marked on it.
      done(store, BY_DETECTOR, ReadingPriority.ROUTINE, List.of(image(BY_DETECTOR, 0.1, found())));
      done(store, LESS_ABNORMAL, ReadingPriority.ROUTINE, List.of(image(LESS_ABNORMAL, 0.4)));
      done(store, ABNORMAL, ReadingPriority.ROUTINE, List.of(image(ABNORMAL, 0.9)));
      done(
          store, URGENT_BUT_NORMAL, ReadingPriority.URGENT, List.of(image(URGENT_BUT_NORMAL, 0.1)));

      assertThat(order(store))
          .containsExactly(
              URGENT_BUT_NORMAL,
              ABNORMAL,
              LESS_ABNORMAL,
              BY_DETECTOR,
              NOT_ANALYSABLE,
              QUEUED,
              NOTHING_FOUND);

      // As the version before leaves a row that it wrote beside this one.
      JdbcClient.create(database)
          .sql("update study_analysis set verdict = null where study_uid = :study")
          .param("study", ABNORMAL)
          .update();
      assertThat(order(store)).startsWith(URGENT_BUT_NORMAL, ABNORMAL, LESS_ABNORMAL);

      store.forgetFindings(BY_DETECTOR);
      assertThat(order(store))
          .startsWith(URGENT_BUT_NORMAL, ABNORMAL, LESS_ABNORMAL)
          .endsWith(NOTHING_FOUND);
      assertThat(
              JdbcClient.create(database)
                  .sql("select count(*) from study_analysis where verdict = 'abnormal-by-detector'")
                  .query(Integer.class)
                  .single())
          .isZero();
    }
  }

  private static List<String> order(StudyStore store) {
    return store.worklist(MODELS.id(), 100).stream().map(WorklistEntry::studyUid).toList();
  }

  private static void request(StudyStore store, String study, ReadingPriority priority) {
    store.request(
        new StudyStore.Request(
            study, MODELS.id(), "o", "p".repeat(64), 1, priority, Optional.empty(), ""),
        NOW);
  }

  private static void done(
      StudyStore store, String study, ReadingPriority priority, List<ImageFindings> images) {
    request(store, study, priority);
    List<RejectedImage> rejected =
        images.isEmpty()
            ? List.of(RejectedImage.notAnalysable(new ImageId(study, "1", "1"), "no pixel data"))
            : List.of();
    assertThat(
            store.done(
                store.analysis(study, MODELS.id()).orElseThrow(),
                new StudyFindings(study, MODELS, images, rejected),
                priority,
                priority,
                SpineRegion.LUMBAR,
                Set.of(),
                NOW))
        .isTrue();
  }

  private static Finding found() {
    return new Finding(LesionType.OSTEOPHYTES, new BoundingBox(0, 0, 1, 1), 0.9);
  }

  private static ImageFindings image(String study, double probability, Finding... findings) {
    return new ImageFindings(
        new ImageId(study, "1", "1"),
        10,
        10,
        probability,
        0.4,
        List.of(findings),
        List.of(findings),
        List.of());
  }
}
