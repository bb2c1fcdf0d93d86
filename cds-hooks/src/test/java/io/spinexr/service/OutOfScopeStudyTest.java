package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.analysis.OutOfScope;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.finding.Verdict;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyResult;
import io.spinexr.state.StudyState;
import io.spinexr.triage.ReadingPriority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What becomes of a study that the model set is not made for, and of results for research. */
class OutOfScopeStudyTest {
  @TempDir private Path folder;

  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);
  private final ImagingOrder order = Hospital.order(patient);

  @Test
  void isARoutineReadingWhoseTaskAndReportSayThatTheAiSaysNothing() throws IOException {
    try (FolderArchive archive = FolderArchive.start(folder, 0);
        HikariDataSource database = Node.database("scope-" + System.nanoTime());
        Node node = Node.of(database, archive.baseUrl()).start()) {
      Hospital.store(archive.baseUrl(), OutOfScope.CHILD.of(Hospital.image(study, 1)));

      StudyResult result = node.answer(order).finished().get(0);

      assertThat(result.findings().verdict()).isEqualTo(Verdict.OUT_OF_SCOPE);
      assertThat(result.priority()).isEqualTo(ReadingPriority.ROUTINE);
      Task task = FhirTestServer.of(Task.class, patient.id()).get(0);
      assertThat(task.getStatus()).isEqualTo(TaskStatus.REQUESTED);
      assertThat(task.getPriority()).isEqualTo(TaskPriority.ROUTINE);
      assertThat(task.getDescription())
          .contains(
              "Without the AI, because images are outside what the AI is made for: the patient was"
                  + " younger than 18 years")
          .doesNotContain("Exception");
      DiagnosticReport report = FhirTestServer.of(DiagnosticReport.class, patient.id()).get(0);
      assertThat(report.getConclusion())
          .contains("Outside what the AI is made for: the AI says nothing about this study.")
          .doesNotContain("Nothing found", "scope not checked");
      assertThat(report.getConclusionCodeFirstRep().getCodingFirstRep().getCode())
          .isEqualTo("out-of-scope");
      Observation observation = FhirTestServer.of(Observation.class, patient.id()).get(0);
      assertThat(observation.getStatus()).isEqualTo(ObservationStatus.CANCELLED);
      assertThat(observation.getDataAbsentReason().getCodingFirstRep().getCode())
          .isEqualTo("not-performed");
    }
  }

  @Test
  void ofASetForResearchIsKeptButShownToNobodyAndSentToNoEhr() throws IOException {
    List<Bundle> written = new CopyOnWriteArrayList<>();
    FhirRecord ehr =
        new NoRecord() {
          @Override
          public Recorded write(Bundle bundle) {
            written.add(bundle);
            return new Recorded(Optional.of("DiagnosticReport/1"), Optional.of("Task/1"), true);
          }
        };
    try (FolderArchive archive = FolderArchive.start(folder, 0);
        HikariDataSource database = Node.database("research-" + System.nanoTime());
        Node node =
            Node.of(database, archive.baseUrl()).ehr(ehr).withoutResearchResults().start()) {
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));

      OrderAnswer answer = node.answer(order);

      assertThat(answer.finished()).isEmpty();
      assertThat(answer.notices()).isEmpty();
      await()
          .atMost(Node.SOON)
          .until(
              () ->
                  node.service.worklist().study(study.uid()).map(StudyAnalysis::state).stream()
                      .anyMatch(StudyState.DONE::equals));
      StudyAnalysis kept = node.service.worklist().study(study.uid()).orElseThrow();
      assertThat(kept.findings()).isPresent();
      assertThat(kept.shown()).isEmpty();
      assertThat(node.service.worklist().inReadingOrder(5)).hasSize(1);
      OrderAnswer later = node.answer(order);
      assertThat(later.finished()).isEmpty();
      assertThat(later.notices()).isEmpty();
      assertThat(node.service.orderAnalyses().known(order.patient())).isEmpty();
      assertThat(node.service.withdrawals().hidden(kept.modelSet()))
          .hasValueSatisfying(
              hidden -> assertThat(hidden.reason()).contains("show-research-results"));
      node.recorded(study.uid(), kept.modelSet());
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
      assertThat(
              JdbcClient.create(database)
                  .sql("select count(*) from order_job where task_name = 'deliver'")
                  .query(Integer.class)
                  .single())
          .isZero();
      assertThat(written).isEmpty();
    }
  }
}
