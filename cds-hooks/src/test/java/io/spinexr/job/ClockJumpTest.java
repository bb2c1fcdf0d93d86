package io.spinexr.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.search.ClockAhead;
import io.spinexr.search.SearchProperties;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two nodes whose clocks jump by hours while jobs wait and run. */
class ClockJumpTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  /** Orders wait for images for longer than any jump. */
  private static final SearchProperties PATIENT =
      new SearchProperties(
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          1.5,
          Duration.ofDays(2),
          Duration.ofSeconds(6),
          Duration.ofMillis(200),
          Duration.ofMillis(200),
          2,
          Duration.ofHours(24),
          0.8,
          20,
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(7));

  @TempDir static Path folder;
  private final ClockAhead first = new ClockAhead();
  private final ClockAhead second = new ClockAhead();
  private final List<SyntheticPatient> patients = new ArrayList<>();
  private final List<SyntheticPatient> imaged = new ArrayList<>();
  private FolderArchive archive;
  private HikariDataSource database;
  private Node a;
  private Node b;

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    database = Node.database("clocks-" + System.nanoTime());
    a = node(first);
    b = node(second);
  }

  private Node node(ClockAhead clock) {
    return Node.of(database, archive.baseUrl()).clock(clock).search(PATIENT).start();
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
    database.close();
    archive.close();
  }

  /** In hours: there and back, and the other way round. */
  @ParameterizedTest
  @CsvSource({"-5, -5, 5, 5", "3, 0, -3, 0"})
  void losesAndDoublesNothingAndKeepsNobodyWaiting(
      int firstThen, int secondThen, int firstBack, int secondBack) {
    sign();
    jump(firstThen, secondThen);
    images();
    sign();
    awaitReports();
    jump(firstBack, secondBack);
    images();
    sign();
    images();
    awaitReports();
  }

  private void jump(int firstHours, int secondHours) {
    first.pass(Duration.ofHours(firstHours));
    second.pass(Duration.ofHours(secondHours));
  }

  /** One order at each node; images come later. */
  private void sign() {
    for (Node node : List.of(a, b)) {
      SyntheticPatient patient = Hospital.newPatient();
      ImagingOrder order = Hospital.order(patient);
      patients.add(patient);
      node.answer(order, SHORT);
    }
  }

  private void images() {
    for (SyntheticPatient patient : patients) {
      if (!imaged.contains(patient)) {
        Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
        imaged.add(patient);
      }
    }
  }

  private void awaitReports() {
    for (SyntheticPatient patient : imaged) {
      await()
          .atMost(Node.SOON)
          .until(() -> !FhirTestServer.of(DiagnosticReport.class, patient.id()).isEmpty());
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
      assertThat(FhirTestServer.of(Task.class, patient.id())).hasSize(1);
    }
  }
}
