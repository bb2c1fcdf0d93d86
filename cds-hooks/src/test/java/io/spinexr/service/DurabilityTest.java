package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.search.SearchProperties;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.OrderState;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** What happens when parts of the surroundings fail, or when there are several servers. */
class DurabilityTest {
  @TempDir private Path folder;
  private HikariDataSource database;
  private FolderArchive archive;
  private final List<Node> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    database = Node.pool("jdbc:h2:file:" + folder.resolve("db") + ";WRITE_DELAY=0", "sa");
    archive = FolderArchive.start(folder.resolve("archive"), 0);
  }

  @AfterEach
  void stop() {
    nodes.forEach(Node::close);
    archive.close();
    database.close();
  }

  private Node started(Node.Builder builder) {
    Node node = builder.start();
    nodes.add(node);
    return node;
  }

  private Node.Builder node() {
    return Node.of(database, archive.baseUrl());
  }

  @Test
  void remembersAnOrderWhileTheArchiveIsDown() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    Node node = started(node());
    int port = archive.baseUrl().getPort();
    archive.close();

    OrderAnswer down = node.answer(Hospital.order(patient));
    archive = FolderArchive.start(folder.resolve("archive"), port);

    assertThat(down.notices()).containsExactly(Notice.ARCHIVE_UNAVAILABLE);
    await()
        .atMost(Node.SOON)
        .until(() -> FhirTestServer.of(DiagnosticReport.class, patient.id()).size() == 1);
    assertThat(
            node.meters
                .get("spinexr.job.failures")
                .tag("reason", "archive_unavailable")
                .counter()
                .count())
        .isPositive();
  }

  @Test
  void carriesOnAfterARestart() {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    URI nowhere = URI.create("http://127.0.0.1:" + closedPort() + "/dicom-web");
    Node first = started(Node.of(database, nowhere));
    first.answer(Hospital.order(patient));
    first.close();
    nodes.remove(first);

    started(node());

    await()
        .atMost(Node.SOON)
        .until(() -> FhirTestServer.of(DiagnosticReport.class, patient.id()).size() == 1);
  }

  @Test
  void givesAnOrderUpVisiblyAndTakesItUpAgainWhenSignedAgain() {
    SyntheticPatient patient = Hospital.newPatient();
    Node node =
        started(
            node()
                .search(
                    new SearchProperties(
                        Duration.ofMillis(100),
                        Duration.ofMillis(100),
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(200),
                        Duration.ofMillis(200),
                        Duration.ofMillis(200),
                        1,
                        Duration.ofHours(24),
                        0.8,
                        20,
                        Duration.ofHours(1),
                        Duration.ofHours(6),
                        Duration.ofDays(7))));
    ImagingOrder order = Hospital.order(patient);
    String key = node.answer(order).orderKey();
    await().atMost(Node.SOON).until(() -> state(node, key) == OrderState.GIVEN_UP);
    assertThat(FhirTestServer.of(Task.class, patient.id()))
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.getStatus()).isEqualTo(Task.TaskStatus.FAILED);
              assertThat(task.getStatusReason().getText()).contains("within 1 s");
            });

    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));

    await().atMost(Node.SOON).until(() -> node.answer(order).finished().size() == 1);
    await().atMost(Node.SOON).until(() -> state(node, key) == OrderState.COMPLETE);
  }

  @Test
  void retriesWhenTheRecordIsNotThereAndWritesNothingTwice() {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    Node node = started(node().record(new FailingRecord(FhirTestServer.record(), 2, true)));

    assertThat(node.answer(Hospital.order(patient)).finished()).hasSize(1);

    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
  }

  @Test
  void givesAnAnalysisUpVisiblyAndTriesAgainWhenSignedAgain() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    Node node = started(node().record(new FailingRecord(FhirTestServer.record(), 1, false)));
    ImagingOrder order = Hospital.order(patient);

    node.answer(order);

    StudyAnalysis failed = node.service.worklist().study(study.uid()).orElseThrow();
    assertThat(failed.state()).isEqualTo(StudyState.FAILED);
    assertThat(failed.reason()).contains("the FHIR server does not take it");
    assertThat(failed.shown()).isEmpty();
    assertThat(FhirTestServer.of(Task.class, patient.id()))
        .singleElement()
        .satisfies(task -> assertThat(task.getStatus()).isEqualTo(Task.TaskStatus.FAILED));

    await().atMost(Node.SOON).until(() -> node.answer(order).finished().size() == 1);

    assertThat(FhirTestServer.of(Task.class, patient.id()))
        .singleElement()
        .satisfies(task -> assertThat(task.getStatus()).isNotEqualTo(Task.TaskStatus.FAILED));
  }

  @Test
  void deliversToTheEhrWhenItIsBack() {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    FailingRecord ehr = new FailingRecord(FhirTestServer.record(), 3, true);
    Node node = started(node().ehr(ehr));

    node.answer(Hospital.order(patient));

    await().atMost(Node.SOON).until(() -> ehr.written.get() == 1);
  }

  @Test
  void tellsThatTheEhrRefusesPictures() {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    FhirRecord ehr =
        new NoRecord() {
          @Override
          public Recorded write(Bundle bundle) {
            return new Recorded(Optional.of("DiagnosticReport/1"), Optional.of("Task/1"), false);
          }
        };
    Node node = started(node().ehr(ehr));

    node.answer(Hospital.order(patient));

    await()
        .atMost(Node.SOON)
        .until(() -> node.meters.counter("spinexr.pictures.not.delivered").count() == 1);
  }

  @Test
  void keepsTheResultsOfTwoModelSetsApart() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    try (ModelRepository other = otherModels()) {
      Node a = started(node());
      Node b = started(node().models(other));
      ImagingOrder order = Hospital.order(patient);

      OrderAnswer fromA = a.answer(order);
      ImagingOrder another = Hospital.order(patient);
      // Whichever did the search, the other one is not told: that is for PostgreSQL.
      OrderAnswer fromB =
          await()
              .atMost(Node.SOON)
              .until(
                  () -> b.answer(another, Duration.ofMillis(200)),
                  answer -> !answer.finished().isEmpty());

      assertThat(fromA.finished().get(0).findings().models().id()).isEqualTo("demo-2.0.0");
      assertThat(fromB.finished().get(0).findings().models().id()).isEqualTo("other-2.0.1");
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(2);
      nodes.forEach(Node::close);
      nodes.clear();
    }
  }

  @Test
  void refusesOtherModelsUnderAVersionThatIsKnown() throws IOException {
    started(node());
    started(node());
    Path copy = copyOfDemoModels();
    replace(copy.resolve("classifier/model.json"), "demo-classifier", "another-classifier");

    try (ModelRepository changed = ModelRepository.open(copy, DeviceOptions.cpu())) {
      assertThatThrownBy(() -> started(node().models(changed)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("raise the version in its model-set.json");
    }
  }

  @Test
  void refusesAnotherDecisionRuleUnderAVersionThatIsKnown() throws IOException {
    started(node());
    Path copy = copyOfDemoModels();
    replace(copy.resolve("model-set.json"), "\"detector\" :", "\"keepScore\": 0.4, \"detector\" :");

    try (ModelRepository changed = ModelRepository.open(copy, DeviceOptions.cpu())) {
      assertThatThrownBy(() -> started(node().models(changed)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("had another decision rule")
          .hasMessageContaining("raise the version in its model-set.json");
    }
  }

  private ModelRepository otherModels() throws IOException {
    Path copy = copyOfDemoModels();
    replace(copy.resolve("model-set.json"), "\"demo\"", "\"other\"");
    replace(copy.resolve("model-set.json"), "2.0.0", "2.0.1");
    return ModelRepository.open(copy, DeviceOptions.cpu());
  }

  private Path copyOfDemoModels() throws IOException {
    Path copy = folder.resolve("models");
    FileSystemUtils.copyRecursively(DemoModels.FOLDER, copy);
    return copy;
  }

  private static void replace(Path file, String old, String replacement) throws IOException {
    Files.writeString(file, Files.readString(file).replace(old, replacement));
  }

  private static OrderState state(Node node, String orderKey) {
    return node.service.worklist().order(orderKey).orElseThrow().order().state();
  }

  private static int closedPort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The real record after a number of writes that it does not take. */
  private static final class FailingRecord extends NoRecord {
    private final FhirRecord record;
    private final AtomicInteger failures;
    private final AtomicInteger written = new AtomicInteger();

    private final boolean retryable;

    private FailingRecord(FhirRecord record, int failures, boolean retryable) {
      this.retryable = retryable;
      this.record = record;
      this.failures = new AtomicInteger(failures);
    }

    @Override
    public Recorded write(Bundle bundle) {
      if (failures.getAndDecrement() > 0) {
        throw new FhirRecordException("the FHIR server does not take it", retryable);
      }
      Recorded recorded = record.write(bundle);
      written.incrementAndGet();
      return recorded;
    }
  }
}
