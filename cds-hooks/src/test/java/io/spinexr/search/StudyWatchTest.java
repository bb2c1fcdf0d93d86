package io.spinexr.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.archive.study.KeyObjects;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.NoRecord;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.StudyFindings;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.result.MissingStudy;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.triage.ReadingPriority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What becomes of results when the archive changes after them, by a clock that is set forward. */
class StudyWatchTest {
  @TempDir Path folder;

  private FolderArchive archive;
  private HikariDataSource database;
  private Node node;
  private final ClockAhead clock = new ClockAhead();
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);
  private final SyntheticPatient neighbour = Hospital.newPatient();
  private final DicomFile other = Hospital.image(Hospital.study(neighbour), 1);
  private final DicomFile first = Hospital.image(study, 1);
  private final DicomFile second = Hospital.image(study, 2);
  private final ImagingOrder order = Hospital.order(patient);

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    database = Node.database("watch-" + System.nanoTime());
    node = start(archive);
  }

  private Node start(FolderArchive archive) {
    return Node.of(database, archive.baseUrl()).clock(clock).start();
  }

  @AfterEach
  void stop() {
    node.close();
    database.close();
    archive.close();
  }

  /** The order's own search is over after this: only the watch can notice anything. */
  private void analysed(DicomFile... images) {
    Hospital.store(archive.baseUrl(), other);
    assertThat(node.answer(Hospital.order(neighbour)).finished()).hasSize(1);
    Hospital.store(archive.baseUrl(), images);
    assertThat(node.answer(order).finished()).hasSize(1);
    clock.pass(Duration.ofSeconds(10));
    await().atMost(Node.SOON).until(() -> remembered().state() == OrderState.COMPLETE);
  }

  private RememberedOrder remembered() {
    return node.service.worklist().order(order.key()).orElseThrow().order();
  }

  private StudyAnalysis kept() {
    return node.service.worklist().study(study.uid()).orElseThrow();
  }

  private Set<String> shown() {
    return kept().shown().stream()
        .flatMap(findings -> findings.images().stream())
        .map(ImageFindings::image)
        .map(image -> image.sopInstanceUid())
        .collect(Collectors.toSet());
  }

  private static String uid(DicomFile file) {
    return file.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
  }

  /**
   * Lets time pass until the study has been looked at once more: what that finds may be analysed,
   * and the looks counted anew, before anybody has seen it.
   */
  private void look(Duration time) {
    int before = looks();
    int analyses = kept().request();
    clock.pass(time);
    await().atMost(Node.SOON).until(() -> looks() > before || kept().request() > analyses);
  }

  private int looks() {
    return JdbcClient.create(database)
        .sql("select looks from study_watch where study_uid = :study")
        .param("study", study.uid())
        .query(Integer.class)
        .single();
  }

  private DiagnosticReport report() {
    return FhirTestServer.of(DiagnosticReport.class, patient.id()).get(0);
  }

  private TaskStatus missing() {
    List<Task> tasks = FhirTestServer.missing(study.uid());
    assertThat(tasks).hasSizeLessThan(2);
    return tasks.isEmpty() ? TaskStatus.NULL : tasks.get(0).getStatus();
  }

  /** Deletes files from the archive, which does not know why. */
  private void delete(DicomFile... files) throws IOException {
    int port = archive.baseUrl().getPort();
    archive.close();
    for (DicomFile file : files) {
      Files.delete(folder.resolve(uid(file) + ".dcm"));
    }
    archive = FolderArchive.start(folder, port);
  }

  @Test
  void analysesALateImageWithoutAnotherCall() {
    analysed(first);
    clock.pass(Duration.ofMinutes(30));

    Hospital.store(archive.baseUrl(), second);
    look(Duration.ofMinutes(31));

    await().atMost(Node.SOON).until(() -> shown().equals(Set.of(uid(first), uid(second))));
    node.answer(order);
    assertThat(kept().request()).isEqualTo(2);
  }

  @Test
  void noticesAnImageThatTakesAnothersPlace() throws IOException {
    analysed(first);
    delete(first);

    Hospital.store(archive.baseUrl(), second);
    look(Duration.ofHours(1));

    await().atMost(Node.SOON).until(() -> shown().equals(Set.of(uid(first), uid(second))));
  }

  @Test
  void keepsWhatWasSaidOfAnImageThatIsGoneWithoutANote() throws IOException {
    analysed(first, second);
    StudyFindings before = kept().findings().orElseThrow();
    delete(second);

    signAgain(urgent(order));

    StudyFindings after = kept().findings().orElseThrow();
    assertThat(after.images()).containsExactlyInAnyOrderElementsOf(before.images());
    assertThat(after.rejected()).isEmpty();
    assertThat(after.verdict()).isEqualTo(before.verdict());
    assertThat(FhirTestServer.of(Observation.class, patient.id()))
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(each -> each.getStatus() == ObservationStatus.PRELIMINARY);
    look(Duration.ofHours(3));
    assertThat(absence()).isPositive();

    Hospital.store(archive.baseUrl(), KeyObjects.about("113001", first, second)); // at last
    Hospital.store(archive.baseUrl(), Hospital.image(study, 3));
    clock.pass(Duration.ofHours(6));
    await().atMost(Node.SOON).until(() -> shown().equals(Set.of(uid(Hospital.image(study, 3)))));
  }

  private void signAgain(ImagingOrder order) {
    int before = kept().request();
    node.answer(order);
    await().atMost(Node.SOON).until(() -> kept().request() > before);
    await().atMost(Node.SOON).until(() -> kept().state() != StudyState.QUEUED);
  }

  @Test
  void withdrawsNothingBecauseOneImageIsRejectedAndTheOtherIsGone() throws IOException {
    analysed(first, second);
    delete(second);

    Hospital.store(archive.baseUrl(), KeyObjects.about("113037", first));
    clock.pass(Duration.ofHours(1)); // nothing is computed anew: too fast to see the look itself

    await().atMost(Node.SOON).until(() -> shown().equals(Set.of(uid(second))));
    assertThat(kept().state()).isEqualTo(StudyState.DONE);
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.PRELIMINARY);
  }

  @Test
  void looksLessAndLessOftenUntilNothingIsExpectedAnyMore() {
    analysed(first);
    look(Duration.ofMinutes(61));
    look(Duration.ofMinutes(91));

    clock.pass(Duration.ofDays(7));

    await().atMost(Node.SOON).until(() -> watchJobs() == 0);
    assertThat(looks()).isEqualTo(2);
  }

  @Test
  void followsTheResultsOfTheVersionBefore() {
    analysed(first);
    node.close();
    JdbcClient jdbc = JdbcClient.create(database);
    jdbc.sql("delete from study_watch").update();
    jdbc.sql("delete from order_job where task_name = 'watch'").update();

    node = start(archive);
    await().atMost(Node.SOON).until(() -> watchJobs() == 1);
    Hospital.store(archive.baseUrl(), second);
    look(Duration.ofHours(1));

    await().atMost(Node.SOON).until(() -> shown().equals(Set.of(uid(first), uid(second))));
  }

  private int watchJobs() {
    return JdbcClient.create(database)
        .sql("select count(*) from order_job where task_name = 'watch' and task_instance = :study")
        .param("study", study.uid())
        .query(Integer.class)
        .single();
  }

  @Test
  void leavesOutAnImageThatIsRejectedForItsQuality() {
    analysed(first, second);

    Hospital.store(archive.baseUrl(), KeyObjects.about("113001", second));
    look(Duration.ofHours(1));

    await().atMost(Node.SOON).until(() -> shown().equals(Set.of(uid(first))));
    assertThat(kept().state()).isEqualTo(StudyState.DONE);
    look(Duration.ofHours(2));
    assertThat(kept().request()).isEqualTo(2);
  }

  @Test
  void neverAnalysesAnImageThatWasRejectedBefore() {
    Hospital.store(archive.baseUrl(), KeyObjects.about("113001", second));

    analysed(first, second);

    assertThat(shown()).containsExactly(uid(first));
  }

  @ParameterizedTest
  @CsvSource({
    "113001, rejected for quality reasons",
    "113037, rejected for patient safety reasons",
    "113038, made under an incorrect modality worklist entry",
  })
  void withdrawsAResultAllOfWhoseImagesAreRejected(String title, String reason) {
    analysed(first, second);

    Hospital.store(archive.baseUrl(), KeyObjects.about(title, first, second));
    look(Duration.ofHours(1));

    await().atMost(Node.SOON).until(() -> kept().state() == StudyState.WITHDRAWN);
    assertThat(kept().reason()).contains("the study's radiographs were " + reason);
    assertThat(kept().reception().withdrawn().orElseThrow().by()).isEqualTo("the archive");
    assertThat(kept().shown()).isEmpty();
    assertThat(node.service.orderAnalyses().known(order.patient())).isEmpty();
    assertThat(node.answer(order).finished()).isEmpty();
    await()
        .atMost(Node.SOON)
        .until(() -> report().getStatus() == DiagnosticReportStatus.ENTEREDINERROR);
    clock.pass(Duration.ofHours(2));
    await().atMost(Node.SOON).until(() -> watchJobs() == 0);
  }

  @Test
  void looksAtARejectionAsSoonAsAnOrderIsSignedAgain() {
    analysed(first);
    clock.pass(Duration.ofMinutes(1));

    Hospital.store(archive.baseUrl(), KeyObjects.about("113037", first));
    node.answer(order);

    await().atMost(Node.SOON).until(() -> kept().state() == StudyState.WITHDRAWN);
  }

  /** Expired; of interest; another patient's; about another study; damaged. */
  @Test
  void changesNothingForOtherDocuments() {
    analysed(first);
    DicomFile rejection = KeyObjects.about("113037", first);
    DicomFile elsewhere = KeyObjects.about("113037", other);

    Hospital.store(
        archive.baseUrl(),
        KeyObjects.about("113039", first),
        KeyObjects.about("113000", first),
        Hospital.changed(
            rejection,
            note ->
                note.put(Tag.PatientID, "SOMEBODY-ELSE")
                    .put(Tag.SOPInstanceUID, uid(rejection) + ".2")
                    .put(Tag.SeriesInstanceUID, uid(rejection) + ".3")),
        Hospital.changed(
            rejection,
            note ->
                note.putItems(
                        Tag.CurrentRequestedProcedureEvidenceSequence,
                        elsewhere.dataSet().sequence(Tag.CurrentRequestedProcedureEvidenceSequence))
                    .putItems(
                        Tag.ContentSequence, elsewhere.dataSet().sequence(Tag.ContentSequence))
                    .put(Tag.SOPInstanceUID, uid(rejection) + ".4")
                    .put(Tag.SeriesInstanceUID, uid(rejection) + ".5")),
        Hospital.changed(
            rejection,
            note ->
                note.put(Tag.ConceptNameCodeSequence, VR.LO, List.of("damaged"))
                    .put(Tag.SOPInstanceUID, uid(rejection) + ".6")
                    .put(Tag.SeriesInstanceUID, uid(rejection) + ".7")));
    look(Duration.ofHours(1));

    assertThat(kept().state()).isEqualTo(StudyState.DONE);
    assertThat(kept().request()).isEqualTo(1);
    assertThat(shown()).containsExactly(uid(first));
  }

  @Test
  void asksAPersonOnceAboutAStudyThatIsMissingForADayAndWithdrawsNothing() throws IOException {
    analysed(first);
    delete(first);

    look(Duration.ofHours(1));
    look(Duration.ofHours(2));
    look(Duration.ofHours(21)); // three times, but 23 hours
    assertThat(missing()).isEqualTo(TaskStatus.NULL);
    look(Duration.ofHours(6));

    await().atMost(Node.SOON).until(() -> missing() == TaskStatus.REQUESTED);
    look(Duration.ofHours(6));
    assertThat(kept().state()).isEqualTo(StudyState.DONE);
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.PRELIMINARY);
    assertThat(shown()).containsExactly(uid(first));
    assertThat(node.answer(order).finished()).hasSize(1);
    assertThat(FhirTestServer.missing(study.uid())).hasSize(1);

    Hospital.store(archive.baseUrl(), first);
    look(Duration.ofHours(6));
    await().atMost(Node.SOON).until(() -> missing() == TaskStatus.COMPLETED);

    delete(first);
    look(Duration.ofHours(6)); // counting starts anew
    assertThat(missing()).isEqualTo(TaskStatus.COMPLETED);
  }

  @Test
  void asksNobodyAboutAStudyThatIsMissingTwiceInTwoDays() throws IOException {
    analysed(first);
    delete(first);

    look(Duration.ofHours(1));
    look(Duration.ofHours(48));

    assertThat(absence()).isEqualTo(2);
    assertThat(missing()).isEqualTo(TaskStatus.NULL);
  }

  private int absence() {
    return JdbcClient.create(database)
        .sql("select missing_searches from study_watch where study_uid = :study")
        .param("study", study.uid())
        .query(Integer.class)
        .single();
  }

  @Test
  void neitherCountsNorForgetsWhileTheArchiveIsDown() throws IOException {
    analysed(first);
    delete(first);
    look(Duration.ofHours(1));
    int port = archive.baseUrl().getPort();
    archive.close();

    double failures = failures();
    clock.pass(Duration.ofHours(30));
    await().atMost(Node.SOON).until(() -> failures() > failures);
    assertThat(absence()).isEqualTo(1);

    archive = FolderArchive.start(folder, port);
    look(Duration.ofHours(6));
    assertThat(absence()).isEqualTo(2);
  }

  private double failures() {
    return node.meters.find("spinexr.job.failures").tag("job", "watch").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Test
  void takesNoStudyOfAnEmptiedArchiveForDeleted() throws IOException {
    analysed(first);
    delete(first, other);
    Hospital.store(
        archive.baseUrl(), Hospital.image(Hospital.study(Hospital.newPatient()), 1)); // a new start

    look(Duration.ofHours(1));
    look(Duration.ofHours(30));
    look(Duration.ofHours(30));

    assertThat(absence()).isZero();
    assertThat(missing()).isEqualTo(TaskStatus.NULL);
  }

  @Test
  void asksTheArchiveForNoStudyOfAPatientWhoOptedOut() throws IOException {
    analysed(first);
    delete(first);
    optOut(neighbour);

    look(Duration.ofHours(1));

    assertThat(absence()).isZero(); // nobody else's study tells whether the archive is whole
  }

  private void optOut(SyntheticPatient who) {
    node.service
        .patientPrivacy()
        .optOut(new PatientIdentifier(Hospital.SYSTEM, who.id()), "asked for it", "Dr. A");
  }

  @Test
  void asksNobodyAboutAPatientWhoOptedOutMeanwhile() throws IOException {
    analysed(first);
    delete(first);
    node.close();
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    CountDownLatch back = new CountDownLatch(1);
    NoRecord away =
        new NoRecord() {
          @Override
          public String missing(MissingStudy study) {
            attempts.incrementAndGet();
            if (back.getCount() > 0) {
              throw new FhirRecordException("the record is away", true);
            }
            written.incrementAndGet();
            return "Task/1";
          }
        };
    node = Node.of(database, archive.baseUrl()).clock(clock).record(away).start();
    look(Duration.ofHours(1));
    look(Duration.ofHours(20));
    look(Duration.ofHours(20));
    await().atMost(Node.SOON).until(() -> attempts.get() > 0);

    optOut(patient);
    back.countDown();
    clock.pass(Duration.ofMinutes(5));

    await().atMost(Node.SOON).until(() -> jobs("missing") == 0);
    assertThat(written).hasValue(0);
  }

  private int jobs(String task) {
    return JdbcClient.create(database)
        .sql("select count(*) from order_job where task_name = :task")
        .param("task", task)
        .query(Integer.class)
        .single();
  }

  @Test
  void carriesNothingOverFromImagesThatWereFoundToBeAnotherPatients() throws IOException {
    analysed(first, second);
    delete(second);
    Hospital.store(
        archive.baseUrl(),
        Hospital.changed(second, image -> image.put(Tag.PatientBirthDate, "19010101")));
    clock.pass(Duration.ofMinutes(1));
    signAgain(urgent(order));
    assertThat(kept().state()).isEqualTo(StudyState.NOT_MATCHED);

    delete(second);
    clock.pass(Duration.ofMinutes(1));
    signAgain(order);

    assertThat(shown()).containsExactly(uid(first));
  }

  @Test
  void keepsAResultThatIsToBeWrittenAnewWhileItsStudyIsMissing() throws IOException {
    analysed(first);
    delete(first);

    signAgain(urgent(order));

    assertThat(kept().state()).isEqualTo(StudyState.DONE);
    assertThat(kept().priority()).isEqualTo(ReadingPriority.STAT);
    assertThat(FhirTestServer.of(Task.class, patient.id()))
        .singleElement()
        .satisfies(task -> assertThat(task.getPriority()).isEqualTo(TaskPriority.STAT));
    assertThat(shown()).containsExactly(uid(first));
    assertThat(node.answer(order).finished()).hasSize(1);
    assertThat(FhirTestServer.failures(study.uid())).isEmpty();
  }

  private static ImagingOrder urgent(ImagingOrder order) {
    return new ImagingOrder(
        order.source(),
        order.id(),
        true,
        order.patient(),
        order.numbers(),
        order.examination(),
        ReadingPriority.STAT,
        order.stage(),
        order.requesters());
  }
}
