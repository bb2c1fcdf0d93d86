package io.spinexr.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.Finding.Certainty;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.finding.Verdict;
import io.spinexr.service.Node;
import io.spinexr.state.WorklistEntry.Said;
import io.spinexr.store.Schema;
import io.spinexr.store.StoredFindings;
import io.spinexr.store.StudyStore;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the worklist reads of a study, on both databases. */
class WorklistEntryTest {
  private static final Instant NOW = Instant.parse("2026-11-27T04:00:00Z");
  private static final ModelSet MODELS =
      new ModelSet(
          "entries", "1", List.of(new ModelVersion("net", "1", "classification", "a".repeat(64))));
  private static final String FOUND = "1.1";
  private static final String REJECTED = "1.2";
  private static final String QUEUED = "1.3";

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  @Test
  void saysWhatTheFindingsSayWithoutReadingThemOnH2() {
    check(Node.pool("jdbc:h2:mem:worklist-entries", "sa"));
  }

  @Test
  void saysWhatTheFindingsSayWithoutReadingThemOnPostgreSql() {
    check(Node.pool(POSTGRESQL.url(), POSTGRESQL.user()));
  }

  private static void check(HikariDataSource database) {
    try (database) {
      Schema.migrate(database);
      JdbcClient jdbc = JdbcClient.create(database);
      StudyStore store = new StudyStore(database);
      done(
          store,
          FOUND,
          List.of(
              image(
                  FOUND,
                  0.3,
                  lesion(LesionType.OSTEOPHYTES, 0.6),
                  lesion(LesionType.OTHER_LESIONS, 0.5)),
              image(
                  FOUND,
                  0.9,
                  lesion(LesionType.VERTEBRAL_COLLAPSE, 0.8),
                  lesion(LesionType.OSTEOPHYTES, 0.7),
                  lesion(LesionType.ANKYLOSIS, 0.4).with(Certainty.UNCERTAIN))));
      done(store, REJECTED, List.of());
      request(store, QUEUED);
      Said found =
          new Said(
              Verdict.ABNORMAL_BY_CLASSIFIER,
              0.9,
              List.of(
                  LesionType.VERTEBRAL_COLLAPSE, LesionType.OSTEOPHYTES, LesionType.OTHER_LESIONS));

      jdbc.sql("update study_analysis set findings = 'not read' where findings is not null")
          .update();
      assertThat(said(store, FOUND)).contains(found);
      assertThat(said(store, REJECTED)).contains(new Said(Verdict.NOT_ANALYSABLE, 0, List.of()));
      assertThat(said(store, QUEUED)).isEmpty();

      // The version before analyses the study anew, and does not know of the types.
      jdbc.sql(
              """
              update study_analysis set findings = :findings, verdict = 'abnormal-by-detector',
                probability = 0.2, analysed_at = :later
              where study_uid = :study\
              """)
          .param(
              "findings",
              StoredFindings.write(
                  study(FOUND, List.of(image(FOUND, 0.2, lesion(LesionType.OSTEOPHYTES, 0.9))))))
          .param("later", NOW.plusSeconds(60).atOffset(ZoneOffset.UTC))
          .param("study", FOUND)
          .update();
      assertThat(said(store, FOUND))
          .contains(new Said(Verdict.ABNORMAL_BY_DETECTOR, 0.2, List.of(LesionType.OSTEOPHYTES)));

      // And it forgets findings that may be another patient's.
      jdbc.sql("update study_analysis set findings = null, verdict = null, probability = null")
          .update();
      assertThat(said(store, FOUND)).isEmpty();
      assertThat(said(store, REJECTED)).isEmpty();
    }
  }

  private static Optional<Said> said(StudyStore store, String study) {
    return store.worklist(MODELS.id(), 100).stream()
        .filter(entry -> entry.studyUid().equals(study))
        .findFirst()
        .orElseThrow()
        .said();
  }

  private static void request(StudyStore store, String study) {
    store.request(
        new StudyStore.Request(
            study,
            MODELS.id(),
            "o",
            "p".repeat(64),
            1,
            ReadingPriority.ROUTINE,
            Optional.empty(),
            ""),
        NOW);
  }

  private static void done(StudyStore store, String study, List<ImageFindings> images) {
    request(store, study);
    assertThat(
            store.done(
                store.analysis(study, MODELS.id()).orElseThrow(),
                study(study, images),
                ReadingPriority.ROUTINE,
                ReadingPriority.ROUTINE,
                SpineRegion.LUMBAR,
                Set.of(),
                NOW))
        .isTrue();
  }

  private static StudyFindings study(String study, List<ImageFindings> images) {
    List<RejectedImage> rejected =
        images.isEmpty()
            ? List.of(RejectedImage.notAnalysable(new ImageId(study, "1", "1"), "no pixel data"))
            : List.of();
    return new StudyFindings(study, MODELS, images, rejected);
  }

  private static Finding lesion(LesionType type, double score) {
    return new Finding(type, new BoundingBox(0, 0, 1, 1), score);
  }

  private static ImageFindings image(String study, double probability, Finding... findings) {
    List<Finding> found = List.of(findings);
    return new ImageFindings(
        new ImageId(study, "1", "1"), 10, 10, probability, 0.4, found, found, List.of());
  }
}
