package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.state.StudyState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that takes orders and leaves the analyses to another one. */
class FrontNodeTest {
  @TempDir private Path folder;
  private HikariDataSource database;
  private FolderArchive archive;

  @BeforeEach
  void start() throws Exception {
    database = Node.database("front-" + System.nanoTime());
    archive = FolderArchive.start(folder, 0);
  }

  @AfterEach
  void stop() {
    archive.close();
    database.close();
  }

  @Test
  void findsTheImagesAndLeavesTheirAnalysisToTheNextNodeThatAnalyses() {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    ImagingOrder order = Hospital.order(patient);
    try (Node front = Node.of(database, archive.baseUrl()).front().start()) {
      assertThat(front.answer(order, Duration.ofSeconds(1)).finished()).isEmpty();
      await().atMost(Node.SOON).until(() -> front.service.backlog().unattended().isPresent());
      assertThat(front.service.backlog().unattended().get().analyses()).isEqualTo(1);
      assertThat(front.service.worklist().counts()).containsEntry(StudyState.QUEUED, 1L);

      try (Node analyst = Node.of(database, archive.baseUrl()).start()) {
        assertThat(front.answer(order).finished()).hasSize(1);
        assertThat(analyst.service.backlog().unattended()).isEmpty();
      }
      assertThat(front.service.backlog().unattended()).isEmpty();
    }
  }

  @Test
  void doesNotStartWithOtherModelsThanTheNodesThatAnalyse() {
    Node.of(database, archive.baseUrl()).start().close();
    ModelSetFolder demo = ModelSetFolder.read(DemoModels.FOLDER);
    ModelFolder detector = demo.detector();
    ModelSetFolder other =
        new ModelSetFolder(
            demo.manifest(),
            demo.classifiers(),
            new ModelFolder(detector.path(), detector.manifest(), "b".repeat(64)),
            demo.imageCheck());

    assertThatThrownBy(() -> Node.of(database, archive.baseUrl()).front(other).start())
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("model set demo-2.0.0 consisted of other models");
  }
}
