package io.spinexr.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.search.ClockAhead;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Optional;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole way: two nodes, a real result, and the nights that follow. */
class NightTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir static Path folder;

  @Test
  void oneOfTheNodesEndsAResultWithAllThatIsKeptOfIt() throws IOException {
    ClockAhead clock = new ClockAhead();
    SyntheticPatient patient = Hospital.newPatient();
    ImagingOrder order = Hospital.order(patient);
    PhantomFile.Study study = Hospital.study(patient);
    RetentionProperties lives =
        new RetentionProperties(
            2,
            DAY,
            DAY,
            DAY,
            Optional.empty(),
            Optional.of(Duration.ofDays(30)),
            Duration.ofDays(30));
    try (FolderArchive archive = FolderArchive.start(folder, 0);
        HikariDataSource database = Node.database("nights");
        Node one = Node.of(database, archive.baseUrl()).clock(clock).retention(lives).start();
        Node two = Node.of(database, archive.baseUrl()).clock(clock).retention(lives).start()) {
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      assertThat(one.answer(order).finished()).hasSize(1);
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
      JdbcClient tables = JdbcClient.create(database);

      clock.pass(Duration.ofDays(20));
      awaitNight(tables, clock);
      assertThat(two.service.worklist().study(study.uid())).isPresent();
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);

      clock.pass(Duration.ofDays(20));
      await()
          .atMost(Node.SOON)
          .until(
              () -> {
                awaitNight(tables, clock);
                return two.service.worklist().study(study.uid()).isEmpty();
              });
      awaitNight(tables, clock);
      for (String table :
          new String[] {
            "imaging_order",
            "order_study",
            "order_patient",
            "study_analysis",
            "study_watch",
            "result_output",
            "ended_resource"
          }) {
        assertThat(tables.sql("select count(*) from " + table).query(Integer.class).single())
            .as(table)
            .isZero();
      }
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).isEmpty();
      assertThat(FhirTestServer.of(Observation.class, patient.id())).isEmpty();
      assertThat(FhirTestServer.of(Task.class, patient.id())).isEmpty();
      assertThat(FhirTestServer.of(ImagingStudy.class, patient.id())).isEmpty();
      assertThat(FhirTestServer.of(ServiceRequest.class, patient.id())).isEmpty();
      assertThat(removedResults(one) + removedResults(two)).isEqualTo(1);
    }
  }

  private static double removedResults(Node node) {
    return node.meters.counter("spinexr.retention.removed", "kind", "results").count();
  }

  /** Until the job was done once more. */
  private static void awaitNight(JdbcClient tables, ClockAhead clock) {
    Timestamp before = due(tables);
    clock.pass(DAY);
    await().atMost(Node.SOON).until(() -> due(tables).after(before));
  }

  private static Timestamp due(JdbcClient tables) {
    return tables
        .sql("select execution_time from order_job where task_name = 'retention'")
        .query(Timestamp.class)
        .single();
  }
}
