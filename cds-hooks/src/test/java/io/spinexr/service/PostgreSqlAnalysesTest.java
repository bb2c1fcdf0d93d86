package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyState;
import io.spinexr.store.Schema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Several servers on one PostgreSQL. */
class PostgreSqlAnalysesTest {
  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  @TempDir private Path folder;
  private HikariDataSource database;
  private FolderArchive archive;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  @BeforeEach
  void start() throws Exception {
    database = Node.pool(POSTGRESQL.url(), POSTGRESQL.user());
    archive = FolderArchive.start(folder, 0);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    archive.close();
    database.close();
  }

  @Test
  void makesItsTablesOnSeveralServersAtOnceAndSharesTheWork() throws Exception {
    List<Callable<Boolean>> starts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      starts.add(
          () -> {
            Schema.migrate(database);
            return true;
          });
    }
    for (Future<Boolean> created : threads.invokeAll(starts)) {
      assertThat(created.get()).isTrue();
    }

    try (Node a = Node.of(database, archive.baseUrl()).start();
        Node b = Node.of(database, archive.baseUrl()).start()) {
      List<SyntheticPatient> patients = new ArrayList<>();
      List<Callable<OrderAnswer>> asked = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        SyntheticPatient patient = Hospital.newPatient();
        Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
        ImagingOrder order = Hospital.order(patient);
        patients.add(patient);
        asked.add(() -> a.answer(order));
        asked.add(() -> b.answer(order));
      }

      for (Future<OrderAnswer> answer : threads.invokeAll(asked)) {
        assertThat(answer.get().finished()).hasSize(1);
      }

      for (SyntheticPatient patient : patients) {
        assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
        assertThat(FhirTestServer.of(Task.class, patient.id())).hasSize(1);
      }
      assertThat(analysesDone(a) + analysesDone(b)).isGreaterThanOrEqualTo(patients.size());
      assertThat(a.service.worklist().inReadingOrder(100)).hasSize(5);
      assertThat(a.service.worklist().counts()).containsEntry(StudyState.DONE, 5L);
      await()
          .atMost(Node.SOON)
          .until(
              () -> a.meters.get("spinexr.orders").tag("state", "complete").gauge().value() == 5);
    }
  }

  @Test
  void tellsOneServerWhatAnotherHasFinished() {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    try (Node front = Node.of(database, archive.baseUrl()).withoutJobs().start();
        Node other = Node.of(database, archive.baseUrl()).start()) {
      Future<OrderAnswer> answer =
          threads.submit(() -> front.answer(Hospital.order(patient), Duration.ofHours(1)));

      assertThat(answer)
          .succeedsWithin(Node.SOON)
          .satisfies(told -> assertThat(told.finished()).hasSize(1));
      assertThat(analysesDone(other)).isEqualTo(1);
    }
  }

  private static long analysesDone(Node node) {
    return Optional.ofNullable(node.meters.find("spinexr.analyses").tag("outcome", "done").timer())
        .map(timer -> timer.count())
        .orElse(0L);
  }
}
