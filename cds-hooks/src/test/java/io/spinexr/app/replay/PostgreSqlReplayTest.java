package io.spinexr.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.app.Outcome;
import io.spinexr.app.SpineXr;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Beside a node that has the database open, too. */
class PostgreSqlReplayTest {
  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  @TempDir private Path folder;

  @Test
  void computesAgainWhatPostgreSqlKnowsWhileANodeRuns() throws Exception {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    ImagingOrder order = Hospital.order(patient);
    try (FolderArchive archive = FolderArchive.start(folder.resolve("images"), 0);
        HikariDataSource database = Node.pool(POSTGRESQL.url(), POSTGRESQL.user());
        Node node = Node.of(database, archive.baseUrl()).start()) {
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      assertThat(node.answer(order).finished()).hasSize(1);
      Path site =
          Files.writeString(
              folder.resolve("site.yaml"),
              """
              logging: {threshold: {console: ERROR}}
              spinexr:
                data: %s
                archive: {base-url: "%s"}
                database: {url: "%s", username: %s}
                models: {folder: ../inference-tf/models/demo, show-research-results: true}
              """
                  .formatted(
                      folder.resolve("data"),
                      archive.baseUrl(),
                      POSTGRESQL.url(),
                      POSTGRESQL.user()));

      Outcome same =
          Outcome.of(() -> SpineXr.commandLine(), "replay", "--config", site, study.uid());

      assertThat(same.status()).as(same.err()).isZero();
      assertThat(same.out()).contains(order.key(), "The same: 1 image(s)");

      JdbcClient.create(database)
          .sql("update study_analysis set provenance = '{\"format\": 2}'")
          .update();
      Outcome later =
          Outcome.of(() -> SpineXr.commandLine(), "replay", "--config", site, study.uid());
      assertThat(later.status()).isEqualTo(2);
      assertThat(later.err()).contains("a newer version of SpineXR wrote; run that version");
    }
  }
}
