package io.spinexr.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.Dispute.Decision;
import io.spinexr.state.HiddenSet;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.StudyStore;
import io.spinexr.store.VisibilityStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is taken back is gone everywhere, at once and for good. */
class WithdrawalsTest {
  @TempDir static Path folder;

  private FolderArchive archive;
  private HikariDataSource database;
  private Node node;
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);
  private final ImagingOrder order = Hospital.order(patient);

  @BeforeEach
  void analyse() throws IOException {
    archive = FolderArchive.start(folder, 0);
    database = Node.database("withdrawal-" + System.nanoTime());
    node = Node.of(database, archive.baseUrl()).start();
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    assertThat(node.answer(order).finished()).hasSize(1);
  }

  @AfterEach
  void stop() {
    node.close();
    database.close();
    archive.close();
  }

  private Withdrawals withdrawals() {
    return node.service.withdrawals();
  }

  private StudyAnalysis kept() {
    return node.service.worklist().study(study.uid()).orElseThrow();
  }

  private DiagnosticReport report() {
    List<DiagnosticReport> reports = FhirTestServer.of(DiagnosticReport.class, patient.id());
    assertThat(reports).hasSize(1);
    return reports.get(0);
  }

  private void assertGone() {
    assertThat(kept().shown()).isEmpty();
    assertThat(node.answer(order).finished()).isEmpty();
    assertThat(node.service.orderAnalyses().known(order.patient())).isEmpty();
  }

  @Test
  void isGoneFromCardsAndPagesAtOnceAndFromTheChartSoon() {
    assertThat(withdrawals().withdraw(study.uid(), kept().modelSet(), "wrong side", "Dr. A"))
        .isTrue();

    assertGone();
    assertThat(kept().reason()).contains("wrong side");
    assertThat(kept().reception().withdrawn()).isPresent();
    assertThat(
            JdbcClient.create(database)
                .sql(
                    "select count(*) from study_analysis where verdict is not null"
                        + " or abnormal is not null or probability is not null")
                .query(Integer.class)
                .single())
        .isZero();
    await()
        .atMost(Node.SOON)
        .until(() -> report().getStatus() == DiagnosticReportStatus.ENTEREDINERROR);
    assertThat(FhirTestServer.of(Observation.class, patient.id()))
        .isNotEmpty()
        .allMatch(observation -> observation.getStatus() == ObservationStatus.ENTEREDINERROR);
    assertThat(FhirTestServer.of(Task.class, patient.id()))
        .singleElement()
        .matches(task -> task.getStatus() == TaskStatus.CANCELLED);
  }

  @Test
  void isFinalThoughTheOrderIsSignedAgainAndImagesArrive() {
    withdrawals().withdraw(study.uid(), kept().modelSet(), "wrong side", "Dr. A");
    Hospital.store(archive.baseUrl(), Hospital.image(study, 2));

    node.answer(Hospital.order(patient));
    node.answer(order);

    assertGone();
    assertThat(kept().state()).isEqualTo(StudyState.WITHDRAWN);
    await()
        .atMost(Node.SOON)
        .until(() -> report().getStatus() == DiagnosticReportStatus.ENTEREDINERROR);
    assertThat(withdrawals().withdraw(study.uid(), kept().modelSet(), "again", "Dr. B")).isFalse();
    assertThat(kept().reason()).contains("wrong side");
  }

  @Test
  void staysWithdrawnThoughAnAnalysisWasUnderWay() {
    VisibilityStore visibility = new VisibilityStore(database);
    StudyStore studies = new StudyStore(database);
    StudyAnalysis started = kept();
    visibility.withdraw(
        study.uid(), started.modelSet(), "wrong side", "Dr. A", started.requestedAt());

    boolean counted =
        studies.done(
            started,
            started.findings().orElseThrow(),
            started.priority(),
            started.priority(),
            started.region(),
            started.stated(),
            started.requestedAt());

    assertThat(counted).isFalse();
    assertThat(kept().state()).isEqualTo(StudyState.WITHDRAWN);
    assertThat(kept().findings()).isEmpty();
  }

  @Test
  void followsAReportThatAPersonMarksAsEnteredInError() {
    DiagnosticReport report = report();
    report.setStatus(DiagnosticReportStatus.ENTEREDINERROR);
    FhirTestServer.client().update().resource(report).execute();

    assertGone();
    assertThat(kept().reason()).contains("the report was marked entered-in-error");
    await()
        .atMost(Node.SOON)
        .until(
            () ->
                FhirTestServer.of(Observation.class, patient.id()).stream()
                    .allMatch(o -> o.getStatus() == ObservationStatus.ENTEREDINERROR));
  }

  @Test
  void saysThatAPersonHasFinalisedTheReport() {
    DiagnosticReport report = report();
    report.setStatus(DiagnosticReportStatus.FINAL);
    FhirTestServer.client().update().resource(report).execute();

    assertThat(node.answer(order).finished())
        .singleElement()
        .satisfies(result -> assertThat(result.standing().finalised()).isTrue());
  }

  @Test
  void saysThatTheReadingIsDone() {
    assertThat(node.answer(order).finished().get(0).standing().readingOpen()).isTrue();
    Task task = FhirTestServer.of(Task.class, patient.id()).get(0);
    task.setStatus(TaskStatus.COMPLETED);
    FhirTestServer.client().update().resource(task).execute();

    assertThat(node.answer(order).finished().get(0).standing().readingOpen()).isFalse();
  }

  @Test
  void hidesAndShowsAWholeSetAtOnce() {
    String set = kept().modelSet();
    assertThat(withdrawals().hide(set, "under suspicion", "Dr. A")).isTrue();
    assertGone();
    assertThat(withdrawals().hidden(set)).map(HiddenSet::reason).contains("under suspicion");

    assertThat(withdrawals().show(set, "Dr. A")).isTrue();
    assertThat(node.answer(order).finished()).hasSize(1);
    assertThat(withdrawals().hide("unknown-1", "x", "Dr. A")).isFalse();
  }

  @Test
  void recallsAWholeSetForGood() {
    String set = kept().modelSet();
    assertThat(withdrawals().recall(set, "trained on wrong labels", "Dr. A")).contains(1);

    assertGone();
    assertThat(withdrawals().show(set, "Dr. A")).isFalse();
    SyntheticPatient next = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(next), 1));
    assertThat(node.answer(Hospital.order(next)).notices())
        .contains(OrderAnswer.Notice.ANALYSIS_FAILED);
    assertThat(FhirTestServer.of(Task.class, next.id()))
        .singleElement()
        .satisfies(task -> assertThat(task.getStatusReason().getText()).contains("recalled"));
  }

  @Test
  void cancelsTheTaskOfAFailedAnalysisToo() {
    withdrawals().recall(kept().modelSet(), "trained on wrong labels", "Dr. A");
    SyntheticPatient next = Hospital.newPatient();
    PhantomFile.Study failed = Hospital.study(next);
    Hospital.store(archive.baseUrl(), Hospital.image(failed, 1));
    node.answer(Hospital.order(next));

    withdrawals().withdraw(failed.uid(), kept().modelSet(), "another machine's", "Dr. A");

    await()
        .atMost(Node.SOON)
        .untilAsserted(
            () ->
                assertThat(FhirTestServer.of(Task.class, next.id()))
                    .singleElement()
                    .matches(task -> task.getStatus() == TaskStatus.CANCELLED));
  }

  @Test
  void hidesADisputedStudyFromEverybodyUntilAPersonDecides() {
    node.service.orderAnalyses().dispute(study.uid(), "an EHR, Practitioner/1");
    node.service.orderAnalyses().dispute(study.uid(), "an EHR, Practitioner/2");

    assertGone();
    await().atMost(Node.SOON).until(() -> disputeTasks().size() == 1);
    assertThat(disputeTasks()).singleElement().matches(t -> t.getStatus() == TaskStatus.REQUESTED);

    assertThat(node.service.disputes().decide(study.uid(), Decision.CONFIRMED, "Dr. A")).isTrue();

    assertThat(node.answer(order).finished()).hasSize(1);
    await()
        .atMost(Node.SOON)
        .until(() -> disputeTasks().get(0).getStatus() == TaskStatus.COMPLETED);
    assertThat(node.service.disputes().decide(study.uid(), Decision.CONFIRMED, "Dr. A")).isFalse();
  }

  @Test
  void withdrawsADisputedStudyThatIsAnotherPatients() {
    node.service.orderAnalyses().dispute(study.uid(), "an EHR, Practitioner/1");
    node.service.disputes().decide(study.uid(), Decision.WITHDRAWN, "Dr. A");

    assertGone();
    assertThat(kept().state()).isEqualTo(StudyState.WITHDRAWN);
    assertThat(node.service.disputes().open()).isEmpty();
  }

  @Test
  void canBeDisputedAgain() {
    node.service.orderAnalyses().dispute(study.uid(), "an EHR, Practitioner/1");
    node.service.disputes().decide(study.uid(), Decision.CONFIRMED, "Dr. A");
    node.service.orderAnalyses().dispute(study.uid(), "an EHR, Practitioner/2");

    assertGone();
  }

  @Test
  void refusesWhatHasNoReasonOrNoStudy() {
    assertThatThrownBy(() -> withdrawals().withdraw(study.uid(), kept().modelSet(), " ", "Dr. A"))
        .hasMessageContaining("reason");
    assertThatThrownBy(
            () -> withdrawals().withdraw(study.uid(), kept().modelSet(), "x".repeat(501), "Dr. A"))
        .hasMessageContaining("500");
    assertThatThrownBy(() -> node.service.orderAnalyses().dispute("1.2.3.4", "an EHR"))
        .isInstanceOf(NoSuchElementException.class);
  }

  private List<Task> disputeTasks() {
    return FhirTestServer.disputes(study.uid());
  }
}
