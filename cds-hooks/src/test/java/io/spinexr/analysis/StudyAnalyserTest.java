package io.spinexr.analysis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.archive.study.Archive;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.inference.ModelRepository;
import io.spinexr.job.Failures;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.ArchiveProxy;
import io.spinexr.service.DemoModels;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.study.StudyStart;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyAnalyserTest {
  /** One that is not decoded here: High-Throughput JPEG 2000. */
  private static final String FOREIGN_SYNTAX = "1.2.840.10008.1.2.4.201";

  private static final UnaryOperator<String> AS_ASKED = UnaryOperator.identity();
  private static final Function<HttpExchange, Optional<ArchiveProxy.Answer>> NOTHING_OWN =
      exchange -> Optional.empty();

  @TempDir private static Path folder;
  private static FolderArchive archive;
  private static ModelRepository models;

  @BeforeAll
  static void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    models = DemoModels.open();
  }

  @AfterAll
  static void stop() {
    models.close();
    archive.close();
  }

  @Test
  void makesSureThatTranscodedPixelsAreThePatientsToo() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile image = Hospital.image(study, 1);
    DicomFile stored =
        new DicomFile(
            FOREIGN_SYNTAX,
            image.dataSet().toBuilder()
                .putFragments(
                    Tag.PixelData, List.of(ByteBuffer.allocate(0), ByteBuffer.allocate(64)))
                .build());
    DicomFile anothers =
        Hospital.changed(image, copy -> copy.put(Tag.PatientID, Hospital.newPatient().id()));
    Hospital.store(archive.baseUrl(), stored);

    try (ArchiveProxy right = transcodingTo(image);
        ArchiveProxy wrong = transcodingTo(anothers)) {
      assertThat(analyse(right.baseUrl(), patient, study).findings().images()).hasSize(1);
      assertThatThrownBy(() -> analyse(wrong.baseUrl(), patient, study))
          .isInstanceOf(NotThePatientsException.class);
    }
  }

  @Test
  void listsAnImageThatEndsEarlyAndAnalysesTheOthers() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(
        archive.baseUrl(), Hospital.image(study, 1), truncated(Hospital.image(study, 2)));

    StudyFindings findings = analyse(archive.baseUrl(), patient, study).findings();

    assertThat(findings.images()).hasSize(1);
    assertThat(findings.rejected())
        .extracting(RejectedImage::reason)
        .containsExactly("damaged, its JPEG 2000 data is not whole: it ends early");
  }

  /** The image with half of a JPEG 2000 codestream, as large as the model set wants images. */
  private static DicomFile truncated(DicomFile image) throws IOException {
    DicomFile compressed;
    try (InputStream resource = DicomReader.class.getResourceAsStream("fuzz/j2k.dcm")) {
      compressed = DicomReader.read(resource);
    }
    ByteBuffer frame = compressed.dataSet().fragments(Tag.PixelData).get(1);
    ByteBuffer half = ByteBuffer.allocate(frame.remaining() / 4 * 2);
    half.put(frame.slice(0, half.capacity())).flip();
    int edge = 128;
    for (int sizeOfImageOrTile : List.of(8, 12, 24, 28)) {
      half.putInt(sizeOfImageOrTile, edge);
    }
    return new DicomFile(
        compressed.transferSyntaxUid(),
        image.dataSet().toBuilder()
            .put(Tag.Rows, edge)
            .put(Tag.Columns, edge)
            .putFragments(Tag.PixelData, List.of(ByteBuffer.allocate(0), half))
            .build());
  }

  @Test
  void keepsWhatWasSaidOfAnImageThatTheArchiveListsButDoesNotHave() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
    StudyFindings before = analyse(archive.baseUrl(), patient, study).findings();
    EarlierResult earlier = new EarlierResult(before.images(), List.of(), Set.of());

    try (ArchiveProxy proxy = new ArchiveProxy(archive.baseUrl(), AS_ASKED, gone(study, 2))) {
      StudyAnalyser.Analysed after = analyse(proxy.baseUrl(), earlier, patient, study);
      assertThat(after.findings().images()).containsExactlyInAnyOrderElementsOf(before.images());
      assertThat(after.findings().rejected()).isEmpty();
      assertThat(after.annotatedPng()).hasSize(1);
      assertThat(analyse(proxy.baseUrl(), patient, study).findings().rejected())
          .extracting(RejectedImage::reason)
          .containsExactly("the archive lists it, but does not have it");
    }
  }

  @Test
  void waitsForAnImageThatTheArchiveListsAlreadyAndCannotSendYet() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));

    try (ArchiveProxy proxy = new ArchiveProxy(archive.baseUrl(), AS_ASKED, gone(study, 2))) {
      List<Archive> archives = List.of(Node.archive("", proxy.baseUrl()));
      assertThatThrownBy(() -> analyse(archives, EarlierResult.NONE, patient, study, false))
          .isInstanceOf(DicomWebException.class)
          .matches(e -> !Failures.outage(e), "is counted");
    }
  }

  @ParameterizedTest(name = "HTTP {0}")
  @ValueSource(ints = {401, 403, 404, 406, 500, 503})
  void takesAnImageFromTheOtherArchiveWhenTheFirstDoesNotSendIt(int status) {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));

    try (ArchiveProxy first =
        new ArchiveProxy(archive.baseUrl(), AS_ASKED, failing(study, 2, status))) {
      assertThat(
              analyse(
                      List.of(
                          Node.archive("first", first.baseUrl()),
                          Node.archive("second", archive.baseUrl())),
                      EarlierResult.NONE,
                      patient,
                      study,
                      false)
                  .findings()
                  .images())
          .hasSize(2);
    }
  }

  @Test
  void takesAnImageFromTheOtherArchiveWhenItIsDamagedInTheFirst() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile image = Hospital.image(study, 1);
    Hospital.store(archive.baseUrl(), image);
    try (FolderArchive other = FolderArchive.start(folder.resolve("other"), 0)) {
      Hospital.store(other.baseUrl(), damaged(image));

      assertThat(
              analyse(
                      List.of(
                          Node.archive("first", other.baseUrl()),
                          Node.archive("second", archive.baseUrl())),
                      EarlierResult.NONE,
                      patient,
                      study,
                      false)
                  .findings()
                  .images())
          .hasSize(1);
    }
  }

  private static DicomFile damaged(DicomFile image) {
    return Hospital.changed(
        image, copy -> copy.putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(64)));
  }

  /** 401 and 403 say nothing of an image: not even the last attempt makes a result of them. */
  @ParameterizedTest(name = "HTTP {0}")
  @ValueSource(ints = {401, 403, 503})
  void makesNoResultWhileTheArchiveLetsNobodyIn(int status) {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));

    try (ArchiveProxy proxy =
        new ArchiveProxy(archive.baseUrl(), AS_ASKED, failing(study, 2, status))) {
      assertThatThrownBy(() -> analyse(proxy.baseUrl(), patient, study)).matches(Failures::outage);
    }
  }

  @Test
  void makesNoResultOfAnImageThatTheArchiveSendsUsElsewhereFor() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
    Function<HttpExchange, Optional<ArchiveProxy.Answer>> redirecting =
        exchange -> {
          Optional<ArchiveProxy.Answer> redirect = failing(study, 2, 302).apply(exchange);
          redirect.ifPresent(
              answer ->
                  exchange.getResponseHeaders().set("Location", "https://bucket.example/image"));
          return redirect;
        };

    try (ArchiveProxy proxy = new ArchiveProxy(archive.baseUrl(), AS_ASKED, redirecting)) {
      assertThatThrownBy(() -> analyse(proxy.baseUrl(), patient, study)).matches(Failures::outage);
    }
  }

  @ParameterizedTest(name = "HTTP {0}")
  @CsvSource({
    "404, 'the archive lists it, but does not have it'",
    "406, the archive refuses to send it in a form that can be read",
    "415, the archive refuses to send it in a form that can be read",
    "400, the archive refuses to send it in a form that can be read",
    "500, the archive fails to send it",
  })
  void listsAnImageThatIsNotSentInWords(int status, String reason) {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));

    try (ArchiveProxy proxy =
        new ArchiveProxy(archive.baseUrl(), AS_ASKED, failing(study, 2, status))) {
      StudyFindings findings = analyse(proxy.baseUrl(), patient, study).findings();
      assertThat(findings.images()).hasSize(1);
      assertThat(findings.rejected())
          .singleElement()
          .satisfies(image -> assertThat(image.reason()).isEqualTo(reason))
          .satisfies(
              image -> assertThat(image.kind()).isEqualTo(RejectedImage.Kind.NOT_ANALYSABLE));
      assertThat(TriagePolicy.DEFAULT.priority(findings))
          .isLessThanOrEqualTo(ReadingPriority.URGENT);
    }
  }

  /** The archive lists them as radiographs of the spine, or does not say what they show. */
  @ParameterizedTest
  @EnumSource
  void refusesWhatItsHeaderSaysIsOutOfScopeAndAnalysesTheRest(OutOfScope odd) {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile image = Hospital.image(study, 1);
    Hospital.store(archive.baseUrl(), image, Hospital.image(study, 2));
    String uid = image.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
    UnaryOperator<String> withoutBodyPart =
        query -> query.replace("includefield=BodyPartExamined", "includefield=StudyID");

    try (ArchiveProxy proxy =
        new ArchiveProxy(
            archive.baseUrl(),
            withoutBodyPart,
            exchange ->
                exchange.getRequestURI().getPath().endsWith("/instances/" + uid)
                    ? Optional.of(instance(odd.of(image)))
                    : Optional.empty())) {
      StudyFindings findings = analyse(proxy.baseUrl(), patient, study).findings();

      assertThat(findings.images()).hasSize(1);
      assertThat(findings.rejected())
          .singleElement()
          .satisfies(
              rejected -> {
                assertThat(rejected.kind()).isEqualTo(RejectedImage.Kind.OUT_OF_SCOPE);
                assertThat(rejected.reason()).contains(odd.reason());
              });
    }
  }

  @Test
  void warnsOnceOfEveryImageWhoseHeaderStatesNothingThatMatters() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(
        archive.baseUrl(),
        Hospital.changed(
            Hospital.image(study, 1),
            image -> image.remove(Tag.ViewPosition).remove(Tag.ViewCodeSequence)));

    StudyFindings findings = analyse(archive.baseUrl(), patient, study).findings();

    assertThat(findings.rejected()).isEmpty();
    assertThat(findings.images().get(0).warnings())
        .extracting(ImageWarning::code)
        .containsOnlyOnce(ImageWarning.Code.SCOPE_NOT_STATED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void analysesTheImageForPresentationAndListsItsRawDataWhicheverComesFirst(int rawNumber) {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile raw = forProcessing(Hospital.image(study, rawNumber), "1.2.3");
    DicomFile shown = ofEvent(Hospital.image(study, 3 - rawNumber), "1.2.3");
    Hospital.store(archive.baseUrl(), raw, shown);

    StudyAnalyser.Analysed analysed = analyse(archive.baseUrl(), patient, study);

    assertThat(analysed.findings().images())
        .extracting(image -> image.image().sopInstanceUid())
        .containsExactly(sop(shown));
    assertThat(analysed.findings().rejected())
        .containsExactly(
            new RejectedImage(
                new ImageId(study.uid(), series(raw), sop(raw)),
                RejectedImage.Kind.SUPERSEDED,
                "raw data of image " + sop(shown)));
    assertThat(analysed.annotatedPng()).containsOnlyKeys(sop(shown));
  }

  @Test
  void analysesRawDataThatNothingElseShowsAndSaysSo() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile raw = forProcessing(Hospital.image(study, 1), "1.2.3");
    DicomFile another = ofEvent(Hospital.image(study, 2), "1.2.4");
    Hospital.store(archive.baseUrl(), raw, another);

    StudyFindings findings = analyse(archive.baseUrl(), patient, study).findings();

    assertThat(findings.rejected()).isEmpty();
    assertThat(findings.images())
        .filteredOn(image -> image.image().sopInstanceUid().equals(sop(raw)))
        .flatExtracting(ImageFindings::warnings)
        .extracting(ImageWarning::code)
        .contains(ImageWarning.Code.FOR_PROCESSING);
  }

  @Test
  void analysesAnImageThatTheStudyHoldsTwiceOnce() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile first = Hospital.image(study, 1);
    DicomFile copy =
        Hospital.changed(
            first,
            image -> image.put(Tag.SOPInstanceUID, "1.2.3.4").put(Tag.SeriesInstanceUID, "1.2.3"));
    Hospital.store(archive.baseUrl(), first, copy, Hospital.image(study, 2));

    StudyFindings findings = analyse(archive.baseUrl(), patient, study).findings();

    assertThat(findings.images()).hasSize(2);
    assertThat(findings.rejected())
        .singleElement()
        .satisfies(
            image -> {
              assertThat(image.kind()).isEqualTo(RejectedImage.Kind.SUPERSEDED);
              assertThat(image.reason()).isIn("the same image as 1.2.3.4", sameAs(first));
            });
  }

  private static String sameAs(DicomFile image) {
    return "the same image as " + sop(image);
  }

  private static DicomFile forProcessing(DicomFile image, String event) {
    return Hospital.changed(
        ofEvent(image, event),
        raw ->
            raw.put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.1.1.1")
                .put(Tag.PresentationIntentType, "FOR PROCESSING"));
  }

  private static DicomFile ofEvent(DicomFile image, String event) {
    return Hospital.changed(image, changed -> changed.put(Tag.IrradiationEventUID, event));
  }

  private static String sop(DicomFile image) {
    return image.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
  }

  private static String series(DicomFile image) {
    return image.dataSet().string(Tag.SeriesInstanceUID).orElseThrow();
  }

  private static Function<HttpExchange, Optional<ArchiveProxy.Answer>> gone(
      PhantomFile.Study study, int number) {
    return failing(study, number, 404);
  }

  private static Function<HttpExchange, Optional<ArchiveProxy.Answer>> failing(
      PhantomFile.Study study, int number, int status) {
    String uid = Hospital.image(study, number).dataSet().string(Tag.SOPInstanceUID).orElseThrow();
    return exchange ->
        exchange.getRequestURI().getPath().endsWith("/instances/" + uid)
            ? Optional.of(new ArchiveProxy.Answer(status, "text/plain", new byte[0]))
            : Optional.empty();
  }

  private static ArchiveProxy transcodingTo(DicomFile file) {
    return new ArchiveProxy(
        archive.baseUrl(),
        AS_ASKED,
        exchange ->
            exchange
                    .getRequestHeaders()
                    .getFirst("Accept")
                    .contains("transfer-syntax=" + TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                ? Optional.of(instance(file))
                : Optional.empty());
  }

  private static ArchiveProxy.Answer instance(DicomFile file) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      body.write("--part\r\nContent-Type: application/dicom\r\n\r\n".getBytes(US_ASCII));
      DicomWriter.write(file, body);
      body.write("\r\n--part--\r\n".getBytes(US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ArchiveProxy.Answer(
        200, "multipart/related; type=\"application/dicom\"; boundary=part", body.toByteArray());
  }

  @ParameterizedTest
  @CsvSource({
    "20261125, 233000, -0500, 2026-11-25T23:30:00-05:00",
    "20261125, 233000, '',    2026-11-25T23:30:00+01:00",
    "20260725, 233000.5, '',  2026-07-25T23:30:00+02:00",
    "20261125, 2330,   +2500, 2026-11-25T23:30:00+01:00",
    "20261125, 2330,   abc,   2026-11-25T23:30:00+01:00",
    "20260329, 023000, '',    2026-03-29T03:30:00+02:00", // skipped by the change to summer time
    "20261025, 023000, '',    2026-10-25T02:30:00+02:00", // twice that night
    "20261025, 023000, +0100, 2026-10-25T02:30:00+01:00",
  })
  void tellsWhenAStudyBeganByItsOwnOffsetElseInTheConfiguredZone(
      String date, String time, String offset, OffsetDateTime began) {
    assertThat(started(AS_ASKED, date, time, offset)).contains(StudyStart.at(began));
  }

  @Test
  void readsTheOffsetFromTheImageWhenTheArchiveDoesNotSearchIt() {
    UnaryOperator<String> withoutOffset =
        query -> query.replace("includefield=TimezoneOffsetFromUTC", "includefield=StudyID");

    assertThat(started(withoutOffset, "20261125", "233000", "-0500"))
        .contains(StudyStart.at(OffsetDateTime.parse("2026-11-25T23:30:00-05:00")));
  }

  @Test
  void tellsTheDayAloneWhenTheArchiveDoesNotTellTheTime() {
    assertThat(started(AS_ASKED, "20261125", "", "-0500"))
        .contains(StudyStart.on(LocalDate.parse("2026-11-25")));
    assertThat(started(AS_ASKED, "20261125", "noon", ""))
        .contains(StudyStart.on(LocalDate.parse("2026-11-25")));
    assertThat(started(AS_ASKED, "", "233000", "-0500")).isEmpty();
  }

  private static Optional<StudyStart> started(
      UnaryOperator<String> change, String date, String time, String offset) {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(
        archive.baseUrl(),
        Hospital.changed(
            Hospital.image(study, 1),
            image ->
                image
                    .put(Tag.StudyDate, date)
                    .put(Tag.StudyTime, time)
                    .put(Tag.TimezoneOffsetFromUTC, offset)));
    try (ArchiveProxy proxy = new ArchiveProxy(archive.baseUrl(), change, NOTHING_OWN)) {
      return analyse(proxy.baseUrl(), patient, study).study().started();
    }
  }

  private static StudyAnalyser.Analysed analyse(
      URI archive, SyntheticPatient patient, PhantomFile.Study study) {
    return analyse(archive, EarlierResult.NONE, patient, study);
  }

  private static StudyAnalyser.Analysed analyse(
      URI archive, EarlierResult earlier, SyntheticPatient patient, PhantomFile.Study study) {
    return analyse(List.of(Node.archive("", archive)), earlier, patient, study, true);
  }

  private static StudyAnalyser.Analysed analyse(
      List<Archive> archives,
      EarlierResult earlier,
      SyntheticPatient patient,
      PhantomFile.Study study,
      boolean lastAttempt) {
    return ServerAnalysis.of(archives, earlier, patient, study, lastAttempt, models);
  }
}
