package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.search.SearchProperties;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.OrderState;
import io.spinexr.state.StudyResult;
import io.spinexr.study.PatientIdentifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class OrderAnalysesTest {
  @TempDir private static Path folder;
  private static FolderArchive archive;
  private static HikariDataSource database;
  private static Node node;

  @BeforeAll
  static void start() throws IOException {
    archive = FolderArchive.start(folder.resolve("archive"), 0);
    database = Node.database("orders");
    node = Node.of(database, archive.baseUrl()).start();
  }

  @AfterAll
  static void stop() {
    node.close();
    database.close();
    archive.close();
  }

  @Test
  void answersAnOrderWithTheFindingsOfItsImages() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    store(Hospital.image(study, 1), Hospital.image(study, 2));
    ImagingOrder order = Hospital.order(patient);

    OrderAnswer answer = node.answer(order);

    assertThat(answer.running()).isZero();
    assertThat(answer.notices()).isEmpty();
    assertThat(answer.finished())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.findings().studyUid()).isEqualTo(study.uid());
              assertThat(result.findings().images()).hasSize(2);
              assertThat(result.studyDate()).contains(study.date());
            });
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id()))
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.getPresentedForm())
                  .filteredOn(form -> form.getContentType().equals("image/png"))
                  .hasSize(2);
              assertThat(report.getBasedOnFirstRep().getIdentifier().getValue())
                  .isEqualTo(order.id());
            });
  }

  @Test
  void leavesOneOfEachHoweverOftenAnOrderIsSigned() {
    SyntheticPatient patient = Hospital.newPatient();
    store(Hospital.image(Hospital.study(patient), 1));
    ImagingOrder order = Hospital.order(patient);

    node.answer(order);
    OrderAnswer again = node.answer(order);
    OrderAnswer other = node.answer(Hospital.order(patient));

    assertThat(again.finished()).hasSize(1);
    assertThat(other.finished())
        .extracting(StudyResult::findings)
        .isEqualTo(again.finished().stream().map(StudyResult::findings).toList());
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
    assertThat(FhirTestServer.of(Task.class, patient.id())).hasSize(1);
  }

  @Test
  void answersAnOpenedChartFromWhatIsFinished() {
    SyntheticPatient patient = Hospital.newPatient();
    store(Hospital.image(Hospital.study(patient), 1));
    PatientIdentity chart = Hospital.identity(patient);
    OrderAnalyses analyses = node.service.orderAnalyses();

    assertThat(analyses.known(chart)).isEmpty();
    List<StudyResult> finished = node.answer(Hospital.order(patient)).finished();

    assertThat(analyses.known(chart))
        .extracting(StudyResult::findings)
        .isEqualTo(finished.stream().map(StudyResult::findings).toList())
        .hasSize(1);
    PatientIdentity other =
        new PatientIdentity(
            chart.fhirId(),
            chart.identifiers(),
            BirthDate.parse(patient.birthDate().plusDays(1).toString()),
            chart.sex());
    assertThat(analyses.known(other)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0x00100030, 19000101", // birth date
    "0x00100030, 19000000",
    "0x00100030, 190001",
    "0x00100030, 1900",
    "0x00100030, 19711345", // no date, so nobody's
    "0x00100030, 00000231",
    "0x00100030, UNKNOWN",
    "0x00100040, O", // sex
    "0x00100021, OTHER-HOSPITAL", // issuer
  })
  void writesNothingAboutImagesOfAnotherPerson(String tag, String value) {
    SyntheticPatient patient = Hospital.newPatient();
    store(
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1),
            image -> image.put(Integer.decode(tag), value)));

    OrderAnswer answer = node.answer(Hospital.order(patient));

    assertThat(answer.finished()).isEmpty();
    assertThat(answer.running()).isZero();
    assertThat(answer.notices()).contains(Notice.IMAGES_NOT_MATCHED);
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%1$tY", "%1$tY%1$tm", "%1$tY%1$tm00", "%1$tY.%1$tm.%1$td", "00000000", ""})
  void takesABirthDateThatGoesLessFarForTheSame(String format) {
    SyntheticPatient patient = Hospital.newPatient();
    String stated = format.formatted(patient.birthDate());
    store(
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1),
            image -> image.put(Tag.PatientBirthDate, stated)));

    OrderAnswer answer = node.answer(Hospital.order(patient));

    assertThat(answer.finished()).hasSize(1);
    assertThat(answer.notices()).isEmpty();
  }

  @Test
  void knowsTheStudyOfAnOrderByItsPlacerNumber() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study old = Hospital.study(patient, LocalDate.now().minusDays(3));
    PhantomFile.Study anothers = Hospital.study(patient);
    store(requested(old, "P-OLD"), requested(anothers, "P-OTHER"));
    ImagingOrder order =
        Hospital.order(
            Hospital.identity(patient), new OrderNumbers(Optional.empty(), Optional.of("P-OLD")));

    assertThat(node.answer(order).finished()).hasSize(2);

    assertThat(own(order, old)).isTrue();
    assertThat(own(order, anothers)).isFalse();
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id()))
        .filteredOn(DiagnosticReport::hasBasedOn)
        .singleElement()
        .satisfies(
            report ->
                assertThat(report.getBasedOnFirstRep().getIdentifier().getValue())
                    .isEqualTo(order.id()));
  }

  @Test
  void noLongerTakesAStudyForAnOrdersOwnWhenANumberTellsOtherwise() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study anothers = Hospital.study(patient);
    store(Hospital.image(anothers, 1));
    ImagingOrder order = Hospital.order(patient);
    node.answer(order);
    assertThat(own(order, anothers)).as("by day, as long as there is no number").isTrue();

    node.answer(numbered(order, new OrderNumbers(Optional.of("A-ITS-OWN"), Optional.empty())));

    assertThat(own(order, anothers)).isFalse();
  }

  private static ImagingOrder numbered(ImagingOrder order, OrderNumbers numbers) {
    return new ImagingOrder(
        order.source(),
        order.id(),
        order.named(),
        order.patient(),
        numbers,
        order.examination(),
        order.priority(),
        order.stage(),
        order.requesters());
  }

  private static DicomFile requested(PhantomFile.Study study, String placer) {
    DataSet request =
        DataSet.builder().put(Tag.PlacerOrderNumberImagingServiceRequest, placer).build();
    return Hospital.changed(
        Hospital.image(study, 1),
        image -> image.putItems(Tag.RequestAttributesSequence, List.of(request)));
  }

  private static boolean own(ImagingOrder order, PhantomFile.Study study) {
    return JdbcClient.create(database)
        .sql("select own from order_study where order_key = :key and study_uid = :study")
        .param("key", order.key())
        .param("study", study.uid())
        .query(Boolean.class)
        .single();
  }

  @Test
  void writesNothingWhenAHeaderContradictsWhatTheSearchSaid() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    // This archive takes a study's attributes from the image with the smallest UID.
    List<DicomFile> images =
        Stream.of(Hospital.image(study, 1), Hospital.image(study, 2))
            .sorted(Comparator.comparing(OrderAnalysesTest::uid))
            .toList();
    store(
        images.get(0),
        Hospital.changed(images.get(1), image -> image.put(Tag.PatientBirthDate, "19000101")));

    OrderAnswer answer = node.answer(Hospital.order(patient));

    assertThat(answer.finished()).isEmpty();
    assertThat(answer.notices()).contains(Notice.IMAGES_NOT_MATCHED);
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).isEmpty();
    assertThat(FhirTestServer.of(Task.class, patient.id()))
        .singleElement()
        .satisfies(task -> assertThat(task.getStatus()).isEqualTo(Task.TaskStatus.FAILED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "PHANTOM-*", "PHANTOM-?", "A\\B"})
  void neverSearchesForWildcards(String value) {
    SyntheticPatient patient = Hospital.newPatient();
    store(Hospital.image(Hospital.study(patient), 1));
    PatientIdentity stranger =
        new PatientIdentity(
            "stranger",
            List.of(new PatientIdentifier(Hospital.SYSTEM, value)),
            Optional.empty(),
            Optional.empty());

    OrderAnswer answer = node.answer(Hospital.order(stranger, Optional.empty(), false));

    assertThat(answer.finished()).isEmpty();
    assertThat(answer.notices()).containsExactly(Notice.NO_MAPPED_IDENTIFIER);
  }

  @Test
  void doesNotTakeAnotherCaseForTheSameIdentifier() {
    SyntheticPatient patient = Hospital.newPatient();
    store(Hospital.image(Hospital.study(patient), 1));
    PatientIdentity other =
        new PatientIdentity(
            "other",
            List.of(new PatientIdentifier(Hospital.SYSTEM, patient.id().toLowerCase())),
            BirthDate.parse(patient.birthDate().toString()),
            Optional.of(patient.sex()));

    assertThat(node.answer(Hospital.order(other, Optional.empty(), false)).finished()).isEmpty();
  }

  @Test
  void doesNotTakeAnAccessionNumberForAPatient() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(Hospital.newPatient());
    store(Hospital.image(study, 1));

    OrderAnswer answer =
        node.answer(
            Hospital.order(Hospital.identity(patient), Optional.of(study.accessionNumber()), true));

    assertThat(answer.finished()).isEmpty();
    assertThat(answer.notices()).containsExactly(Notice.IMAGES_NOT_MATCHED);
  }

  @Test
  void saysAndShowsThatNoIdentifierIsMapped() {
    SyntheticPatient patient = Hospital.newPatient();
    PatientIdentity unmapped =
        new PatientIdentity(
            "unmapped",
            List.of(new PatientIdentifier("urn:other", patient.id())),
            Optional.empty(),
            Optional.empty());

    OrderAnswer answer = node.answer(Hospital.order(unmapped, Optional.empty(), true));

    assertThat(answer.notices()).containsExactly(Notice.NO_MAPPED_IDENTIFIER);
    assertThat(node.service.worklist().order(answer.orderKey()).orElseThrow().order().state())
        .isEqualTo(OrderState.GIVEN_UP);
    assertThat(FhirTestServer.of(Task.class, patient.id())).hasSize(1);
  }

  @Test
  void analysesImagesThatComeLater() {
    SyntheticPatient patient = Hospital.newPatient();
    ImagingOrder order = Hospital.order(patient);
    OrderAnswer early = node.answer(order);
    assertThat(early.notices()).containsExactly(Notice.NO_IMAGES_YET);
    assertThat(early.finished()).isEmpty();

    PhantomFile.Study study = Hospital.study(patient);
    DicomFile second = Hospital.image(study, 2);
    store(Hospital.image(study, 1));
    await()
        .atMost(Node.SOON)
        .until(() -> FhirTestServer.of(DiagnosticReport.class, patient.id()).size() == 1);
    // One more image of the same study, while the first may just have been analysed.
    store(second);
    await()
        .atMost(Node.SOON)
        .until(
            () ->
                FhirTestServer.of(DiagnosticReport.class, patient.id())
                        .get(0)
                        .getPresentedForm()
                        .stream()
                        .filter(form -> form.getContentType().equals("image/png"))
                        .count()
                    == 2);
    await()
        .atMost(Node.SOON)
        .until(
            () ->
                node.service.worklist().order(early.orderKey()).orElseThrow().order().state()
                    == OrderState.COMPLETE);
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
    OrderAnswer late = node.answer(order);
    assertThat(late.finished().get(0).findings().images()).hasSize(2);
    assertThat(late.notices()).isEmpty();
  }

  @Test
  void keepsWaitingForAnOrdersOwnImagesBesideOldOnes() {
    SyntheticPatient patient = Hospital.newPatient();
    store(Hospital.image(Hospital.study(patient, LocalDate.now().minusYears(1)), 1));
    ImagingOrder order = Hospital.order(patient);

    OrderAnswer answer = node.answer(order);

    assertThat(answer.finished()).hasSize(1);
    assertThat(node.service.worklist().order(answer.orderKey()).orElseThrow().order().state())
        .isEqualTo(OrderState.WAITING);
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id()).get(0).getBasedOn())
        .isEmpty();

    PhantomFile.Study own = Hospital.study(patient);
    store(Hospital.image(own, 1));
    await()
        .atMost(Node.SOON)
        .until(() -> FhirTestServer.of(DiagnosticReport.class, patient.id()).size() == 2);
    assertThat(node.answer(order).finished())
        .extracting(result -> result.findings().studyUid())
        .first()
        .isEqualTo(own.uid());
  }

  @Test
  void doesNotWaitForImagesOfADraft() {
    ImagingOrder draft =
        Hospital.order(Hospital.identity(Hospital.newPatient()), Optional.empty(), false);

    OrderAnswer answer = node.answer(draft);

    assertThat(node.service.worklist().order(answer.orderKey()).orElseThrow().order().state())
        .isEqualTo(OrderState.COMPLETE);
  }

  @Test
  void skipsWhatIsNoRadiographOfTheSpine() {
    SyntheticPatient patient = Hospital.newPatient();
    UnaryOperator<DataSet.Builder> chest =
        image ->
            image
                .put(Tag.BodyPartExamined, "CHEST")
                .put(Tag.SeriesDescription, "Chest PA")
                .put(Tag.StudyDescription, "Chest");
    store(
        Hospital.changed(Hospital.image(Hospital.study(patient), 1), chest),
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1), image -> image.put(Tag.Modality, "CT")),
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1),
            image ->
                image
                    .remove(Tag.BodyPartExamined)
                    .put(Tag.SeriesDescription, "LWS seitl.")
                    .put(Tag.StudyDescription, "")));

    OrderAnswer answer = node.answer(Hospital.order(patient));

    assertThat(answer.finished()).hasSize(1);
  }

  @Test
  void findsRadiographsThatTheArchiveDescribesOnlyLater() {
    SyntheticPatient patient = Hospital.newPatient();
    store(
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1),
            image ->
                image
                    .put(Tag.SeriesDescription, "")
                    .put(Tag.StudyDescription, "")
                    .putItems(Tag.ProcedureCodeSequence, List.of())));
    AtomicBoolean described = new AtomicBoolean();
    UnaryOperator<String> asTheArchiveKnows =
        query ->
            described.get()
                ? query
                : query.replace("includefield=BodyPartExamined", "includefield=StudyID");
    ImagingOrder order = Hospital.order(patient);
    try (ArchiveProxy proxy =
            new ArchiveProxy(archive.baseUrl(), asTheArchiveKnows, exchange -> Optional.empty());
        // Its own: the other node would search, too, and sees what the archive describes.
        HikariDataSource own = Node.database("described-" + System.nanoTime());
        Node other = Node.of(own, proxy.baseUrl()).start()) {
      assertThat(other.answer(order, Duration.ofSeconds(3)).notices())
          .contains(OrderAnswer.Notice.IMAGES_NOT_DESCRIBED);

      described.set(true);

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(other.answer(order).finished()).hasSize(1));
    }
  }

  @Test
  void listsABadImageAmongGoodOnes() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile multiFrame =
        Hospital.changed(Hospital.image(study, 2), image -> image.put(Tag.NumberOfFrames, "30"));
    store(Hospital.image(study, 1), multiFrame, Hospital.image(study, 3));

    OrderAnswer answer = node.answer(Hospital.order(patient));

    assertThat(answer.finished())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.findings().images()).hasSize(2);
              assertThat(result.findings().rejected())
                  .singleElement()
                  .satisfies(
                      rejected -> {
                        assertThat(rejected.image().sopInstanceUid()).isEqualTo(uid(multiFrame));
                        assertThat(rejected.reason()).contains("30 frames");
                      });
            });
  }

  @Test
  void servesARepeatedOrderFromTheStoreAlone() {
    SyntheticPatient patient = Hospital.newPatient();
    store(Hospital.image(Hospital.study(patient), 1));
    ImagingOrder order = Hospital.order(patient);
    try (Node patientNode = Node.of(database, archive.baseUrl()).search(slow()).start()) {
      patientNode.answer(order);
      Optional<Instant> searched = searchedAt(patientNode, order);

      OrderAnswer again = patientNode.answer(order, Duration.ZERO);

      assertThat(again.finished()).hasSize(1);
      assertThat(again.notices()).isEmpty();
      assertThat(searchedAt(patientNode, order)).isEqualTo(searched);
    }
  }

  private static Optional<Instant> searchedAt(Node node, ImagingOrder order) {
    return node.service.worklist().order(order.key()).orElseThrow().order().searchedAt();
  }

  /** Nothing happens by itself. */
  private static SearchProperties slow() {
    return new SearchProperties(
        Duration.ofHours(1),
        Duration.ofHours(1),
        1,
        Duration.ofDays(1),
        Duration.ofHours(1),
        Duration.ofHours(1),
        Duration.ofHours(1),
        1,
        Duration.ofHours(24),
        0.8,
        20,
        Duration.ofHours(1),
        Duration.ofHours(6),
        Duration.ofDays(7));
  }

  private static String uid(DicomFile file) {
    return file.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
  }

  private static void store(DicomFile... files) {
    Hospital.store(archive.baseUrl(), files);
  }
}
