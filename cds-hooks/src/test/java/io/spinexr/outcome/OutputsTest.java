package io.spinexr.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.finding.StudyFindings;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.order.ImagingOrder;
import io.spinexr.output.RefusedException;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.service.DemoModels;
import io.spinexr.service.Failed;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.service.Shelf;
import io.spinexr.state.Dispute;
import io.spinexr.state.OutputState;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.StudyStore;
import io.spinexr.study.PatientIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** Results on their way to outputs, one of which is this test's own. */
class OutputsTest {
  @TempDir private Path folder;

  private FolderArchive archive;
  private HikariDataSource database;
  private Node node;
  private final Shelf shelf = new Shelf();
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);
  private final ImagingOrder order = Hospital.order(patient);

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    database = Node.database("outputs-" + System.nanoTime());
    node = Node.of(database, archive.baseUrl()).output(shelf).start();
  }

  @AfterEach
  void stop() {
    shelf.before = result -> {};
    shelf.beforeWithdrawal = withdrawal -> {};
    node.close();
    database.close();
    archive.close();
  }

  private StudyAnalysis kept() {
    return node.service.worklist().study(study.uid()).orElseThrow();
  }

  private List<DiagnosticReport> reports() {
    return FhirTestServer.of(DiagnosticReport.class, patient.id());
  }

  private Outputs.Standing onTheShelf() {
    return node.service.outputs().of(study.uid(), kept().modelSet()).stream()
        .filter(standing -> standing.title().equals("the shelf"))
        .findFirst()
        .orElseThrow();
  }

  private void awaitShelf(OutputState state) {
    await().atMost(Node.SOON).until(() -> onTheShelf().state() == state);
  }

  private int documents() {
    return JdbcClient.create(database)
        .sql("select count(*) from result_document")
        .query(Integer.class)
        .single();
  }

  private void fail() {
    shelf.before =
        result -> {
          throw new IllegalStateException("down");
        };
  }

  @Test
  void bringsWhatTheAnalysisFoundAndKeepsNothingOfIt() {
    node.answer(order);
    awaitShelf(OutputState.WRITTEN);

    AnalysedStudy brought = shelf.results.get(study.uid());
    StudyFindings found = kept().findings().orElseThrow();
    assertThat(brought.findings()).isEqualTo(found);
    assertThat(brought.subject().identifiers().get(0).value()).isEqualTo(patient.id());
    assertThat(brought.orders()).singleElement().matches(o -> o.key().equals(order.key()));
    assertThat(brought.annotatedPng()).hasSize(1);
    assertThat(documents()).isZero();
    assertThat(
            node.meters
                .get("spinexr.outputs")
                .tags("output", "shelf", "outcome", "written")
                .timer()
                .count())
        .isEqualTo(1);
  }

  @Test
  void holdsUpNoOtherOutputWhileItFails() {
    fail();

    node.answer(order);

    assertThat(reports()).hasSize(1);
    assertThat(kept().report()).isPresent();
    await().atMost(Node.SOON).until(() -> onTheShelf().reason().isPresent());
    assertThat(onTheShelf().state()).isEqualTo(OutputState.WAITING);
    assertThat(node.meters.get("spinexr.outputs.waiting").tag("output", "shelf").gauge().value())
        .isEqualTo(1);

    shelf.before = result -> {};
    awaitShelf(OutputState.WRITTEN);
    assertThat(onTheShelf().reason()).isEmpty();
  }

  @Test
  void leavesThreadsToTheOthersWhileItHangs() {
    CountDownLatch hanging = new CountDownLatch(1);
    shelf.before = result -> awaitUninterruptibly(hanging);
    try {
      node.answer(order);
      for (int more = 0; more < 2; more++) { // as many as the node has threads
        SyntheticPatient next = Hospital.newPatient();
        Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(next), 1));

        assertThat(node.answer(Hospital.order(next)).finished()).hasSize(1);
        assertThat(FhirTestServer.of(DiagnosticReport.class, next.id())).hasSize(1);
      }
    } finally {
      hanging.countDown();
    }
  }

  @Test
  void takesBackWhatWasWithdrawnWhileItWasBeingWritten() {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch withdrawn = new CountDownLatch(1);
    shelf.before =
        result -> {
          writing.countDown();
          awaitUninterruptibly(withdrawn);
        };
    node.answer(order);
    awaitUninterruptibly(writing);
    node.service.withdrawals().withdraw(study.uid(), kept().modelSet(), "wrong side", "Dr. A");
    withdrawn.countDown();

    awaitShelf(OutputState.WITHDRAWN);

    assertThat(shelf.results).isEmpty();
    assertThat(shelf.withdrawals)
        .singleElement()
        .satisfies(
            withdrawal -> {
              assertThat(withdrawal.reason()).isEqualTo("wrong side");
              assertThat(withdrawal.who()).isEqualTo("Dr. A");
            });
    await()
        .atMost(Node.SOON)
        .until(() -> reports().get(0).getStatus() == DiagnosticReportStatus.ENTEREDINERROR);
  }

  @Test
  void takesNothingBackWhereNothingEverCame() {
    node.answer(order);
    awaitShelf(OutputState.WRITTEN);
    JdbcClient.create(database)
        .sql("update result_output set touched = false where output = 'shelf'")
        .update();

    node.service.withdrawals().withdraw(study.uid(), kept().modelSet(), "wrong side", "Dr. A");

    awaitShelf(OutputState.WITHDRAWN);
    assertThat(shelf.withdrawals).isEmpty();
  }

  @Test
  void tellsWhatIsRefusedForGood() {
    shelf.before =
        result -> {
          throw new RefusedException("the shelf is full; make room");
        };

    node.answer(order);
    awaitShelf(OutputState.REFUSED);

    assertThat(onTheShelf().reason()).contains("the shelf is full; make room");
    assertThat(node.service.outputs().summaries())
        .contains(
            new Outputs.Summary("the shelf", 0, 1, Optional.of("the shelf is full; make room")));
    assertThat(node.meters.get("spinexr.outputs.refused").tag("output", "shelf").gauge().value())
        .isEqualTo(1);
    assertThat(kept().state()).isEqualTo(StudyState.DONE); // for others to read, not to keep
    assertThat(documents()).isZero();
  }

  @Test
  void takesWhatWasRefusedOnceItsCauseIsGone() {
    shelf.before =
        result -> {
          throw new RefusedException("the shelf is full; make room");
        };
    node.answer(order);
    awaitShelf(OutputState.REFUSED);
    shelf.before = result -> {};

    Failed failed = node.service.failed();
    assertThat(failed.deliveries())
        .containsExactly(
            new Failed.Delivery(
                study.uid(), kept().modelSet(), "shelf", "the shelf is full; make room"));
    assertThat(failed.retry(Optional.of("1.2.3"))).isZero();
    assertThat(failed.retry(Optional.empty())).isOne();

    awaitShelf(OutputState.WRITTEN);
    assertThat(failed.deliveries()).isEmpty();
  }

  @Test
  void takesBackWhatOurOwnRecordRefuses() {
    node.close();
    node = Node.of(database, archive.baseUrl()).output(shelf).record(new Refusing()).start();

    node.service.orderAnalyses().answer(order, Node.SOON);
    awaitShelf(OutputState.WITHDRAWN);

    assertThat(shelf.results).isEmpty();
    assertThat(shelf.withdrawals)
        .singleElement()
        .satisfies(withdrawal -> assertThat(withdrawal.reason()).contains("several Patients"));
    assertThat(kept().state()).isEqualTo(StudyState.FAILED);
    assertThat(documents()).isZero();
  }

  /** Does not take a result, once others have it, but that it failed. */
  private final class Refusing extends NoRecord {
    @Override
    public Recorded write(Bundle bundle) {
      boolean result =
          bundle.getEntry().stream().anyMatch(e -> e.getResource() instanceof DiagnosticReport);
      if (result) {
        await().atMost(Node.SOON).until(() -> !shelf.results.isEmpty());
        throw new FhirRecordException("several Patients have this identifier", false);
      }
      return new Recorded(Optional.empty(), Optional.of("Task/1"), true);
    }
  }

  @Test
  void asksAgainWhoeverRefusedAWithdrawal() {
    node.answer(order);
    awaitShelf(OutputState.WRITTEN);
    shelf.beforeWithdrawal =
        withdrawal -> {
          throw new RefusedException("the shelf is locked; open it");
        };
    String set = kept().modelSet();
    node.service.withdrawals().withdraw(study.uid(), set, "wrong side", "Dr. A");
    awaitShelf(OutputState.REFUSED);
    shelf.beforeWithdrawal = withdrawal -> {};

    assertThat(node.service.withdrawals().withdraw(study.uid(), set, "again", "Dr. B")).isTrue();

    awaitShelf(OutputState.WITHDRAWN);
    assertThat(shelf.results).isEmpty();
    assertThat(shelf.withdrawals)
        .singleElement()
        .satisfies(withdrawal -> assertThat(withdrawal.reason()).isEqualTo("wrong side"));
    assertThat(node.service.withdrawals().withdraw(study.uid(), set, "again", "Dr. B")).isFalse();
  }

  @Test
  void takesBackFromAnOutputThatWasMissingMeanwhile() {
    node.answer(order);
    awaitShelf(OutputState.WRITTEN);
    node.close();
    node = Node.of(database, archive.baseUrl()).start();
    node.service.withdrawals().withdraw(study.uid(), kept().modelSet(), "wrong side", "Dr. A");
    node.close();
    node = Node.of(database, archive.baseUrl()).start();
    node.close();

    node = Node.of(database, archive.baseUrl()).output(shelf).start();

    awaitShelf(OutputState.WITHDRAWN);
    assertThat(shelf.results).isEmpty();
  }

  @Test
  void bringsNothingOfADisputedStudyUntilSomebodyDecides() {
    fail();
    node.answer(order);
    node.service.orderAnalyses().dispute(study.uid(), "an EHR, Practitioner/1");

    await()
        .atMost(Node.SOON)
        .until(() -> onTheShelf().reason().filter(why -> why.contains("disputed")).isPresent());
    shelf.before = result -> {}; // not earlier: an attempt may be under way
    assertThat(shelf.results).isEmpty();

    node.service.disputes().decide(study.uid(), Dispute.Decision.CONFIRMED, "Dr. A");
    awaitShelf(OutputState.WRITTEN);
  }

  @Test
  void asksLessOftenTheLongerItFailsAlsoWithMoreThanHaveATurn() {
    node.close();
    node =
        Node.of(database, archive.baseUrl())
            .output(shelf)
            .analysis(Node.analysis(Duration.ofMillis(100), Duration.ofHours(1)))
            .start();
    CountDownLatch hanging = new CountDownLatch(1);
    shelf.before =
        result -> {
          awaitUninterruptibly(hanging);
          throw new IllegalStateException("down");
        };
    try {
      node.answer(order);
      SyntheticPatient next = Hospital.newPatient();
      Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(next), 1));
      node.answer(Hospital.order(next));
      JdbcClient.create(database)
          .sql("update result_output set asked_at = :at where output = 'shelf'")
          .param("at", OffsetDateTime.now().minusHours(1))
          .update();

      await().atMost(Node.SOON).until(() -> resting() == 1); // turned away
    } finally {
      hanging.countDown();
    }
    await().atMost(Node.SOON).until(() -> resting() == 2); // failed
  }

  private int resting() {
    return JdbcClient.create(database)
        .sql(
            "select count(*) from order_job where task_name = 'output shelf' and not picked"
                + " and execution_time > :soon")
        .param("soon", OffsetDateTime.now().plusMinutes(5))
        .query(Integer.class)
        .single();
  }

  @Test
  void bringsWhatAnotherModelSetLeftThoughTheNewOneIsForResearch() throws IOException {
    fail();
    node.answer(order);
    node.close();
    shelf.before = result -> {};
    Path models = folder.resolve("models");
    FileSystemUtils.copyRecursively(DemoModels.FOLDER, models);
    Path manifest = models.resolve("model-set.json");
    Files.writeString(manifest, Files.readString(manifest).replace("2.0.0", "2.0.1"));

    try (ModelRepository next = ModelRepository.open(models, DeviceOptions.cpu())) {
      node =
          Node.of(database, archive.baseUrl())
              .output(shelf)
              .models(next)
              .withoutResearchResults()
              .start();

      await().atMost(Node.SOON).until(() -> documents() == 0);
      assertThat(shelf.results).containsKey(study.uid());
      node.close();
    }
  }

  @Test
  void bringsAfterARestartWhatTheServerLeft() {
    fail();
    node.answer(order);
    node.close();
    shelf.before = result -> {};

    node = Node.of(database, archive.baseUrl()).output(shelf).start();

    awaitShelf(OutputState.WRITTEN);
    assertThat(shelf.results).containsKey(study.uid());
    assertThat(reports()).hasSize(1);
  }

  @Test
  void dropsWhatWaitsForAnOutputThatIsNotThereAnyMore() {
    fail();
    node.answer(order);
    node.close();
    assertThat(documents()).isEqualTo(1);

    node = Node.of(database, archive.baseUrl()).start();

    assertThat(documents()).isZero();
  }

  @Test
  void bringsNothingOfAPatientWhoOptedOutMeanwhile() {
    fail();
    node.answer(order);
    node.service
        .patientPrivacy()
        .optOut(new PatientIdentifier(Hospital.SYSTEM, patient.id()), "asked for it", "Dr. A");

    await().atMost(Node.SOON).until(() -> documents() == 0);

    assertThat(shelf.results).isEmpty();
  }

  @Test
  void bringsNothingOfAPatientWhoseDataChangedMeanwhile() {
    fail();
    node.answer(order);
    new StudyStore(database).forgetFindings(study.uid());

    await().atMost(Node.SOON).until(() -> documents() == 0);

    assertThat(shelf.results).isEmpty();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
