package io.spinexr.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.Failed;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.StudyState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** A study whose analysis has ended two nodes, and now a third. */
class FatalStudyTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isGivenUpWherePeopleSeeItAndTriedAnewWhenSignedOrAskedForAgain(boolean signed)
      throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    ImagingOrder order = Hospital.order(patient);
    try (FolderArchive archive = FolderArchive.start(folder, 0);
        HikariDataSource database = Node.database("fatal-study-" + signed)) {
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      JdbcTemplate jdbc = new JdbcTemplate(database);
      try (Node front = Node.of(database, archive.baseUrl()).front().start()) {
        front.service.orderAnalyses().answer(order, Duration.ZERO);
        await()
            .atMost(Node.SOON)
            .until(
                () -> jdbc.queryForObject("select count(*) from analysis_job", Integer.class) == 1);
      }
      jdbc.update("insert into job_death select task_name, task_instance, 2 from analysis_job");
      jdbc.update(
          """
          update analysis_job set picked = true, picked_by = 'ended', consecutive_failures = 2,
          last_heartbeat = dateadd(minute, -1, current_timestamp)\
          """);

      try (Node node = Node.of(database, archive.baseUrl()).start()) {
        await()
            .atMost(Node.SOON)
            .until(
                () ->
                    node.service.worklist().study(study.uid()).orElseThrow().state()
                        == StudyState.FAILED);
        assertThat(FhirTestServer.of(Task.class, patient.id()))
            .singleElement()
            .satisfies(
                task -> {
                  assertThat(task.getStatus()).isEqualTo(Task.TaskStatus.FAILED);
                  assertThat(task.getStatusReason().getText())
                      .isEqualTo("the server ended 3 times in the midst of it");
                });

        if (signed) {
          await().atMost(Node.SOON).until(() -> node.answer(order).finished().size() == 1);
        } else {
          Failed failed = node.service.failed();
          assertThat(failed.analyses())
              .singleElement()
              .extracting(Failed.Analysis::study, Failed.Analysis::reason)
              .containsExactly(study.uid(), "the server ended 3 times in the midst of it");
          assertThat(failed.retry(Optional.of(study.uid()))).isOne();
          await()
              .atMost(Node.SOON)
              .until(
                  () ->
                      node.service.worklist().study(study.uid()).orElseThrow().state()
                          == StudyState.DONE);
          assertThat(failed.analyses()).isEmpty();
        }
      }
      assertThat(jdbc.queryForObject("select count(*) from job_death", Integer.class)).isZero();
    }
  }
}
