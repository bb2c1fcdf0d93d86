package io.spinexr.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.archive.Archives;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PrivacyStatement.Basis;
import io.spinexr.order.Restriction;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.radiograph.Analyser;
import io.spinexr.replay.ReplayReport.Outcome;
import io.spinexr.service.DemoModels;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.store.PrivacyStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One study of two images, analysed by a node; then the archive, the set or the result changes. */
class ReplayTest {
  private static final long GRAVE_SEED = 234;
  private static final SyntheticPatient PATIENT = Hospital.newPatient();
  private static final PhantomFile.Study STUDY = Hospital.study(PATIENT);
  private static final ImagingOrder ORDER = Hospital.order(PATIENT);

  @TempDir private static Path folder;
  private static ModelRepository models;
  private static FolderArchive archive;
  private static HikariDataSource database;
  private static Trace trace;

  @BeforeAll
  static void analyse() throws IOException {
    models = DemoModels.open();
    archive = FolderArchive.start(folder.resolve("images"), 0);
    Hospital.store(archive.baseUrl(), image(1), image(2));
    database = Node.database("replay");
    try (Node node = Node.of(database, archive.baseUrl()).start()) {
      assertThat(node.answer(ORDER).finished()).hasSize(1);
    }
    trace = new Traces(database).of(STUDY.uid()).orElseThrow();
  }

  @AfterAll
  static void close() {
    database.close();
    archive.close();
    models.close();
  }

  /** The first has findings that are kept. */
  private static DicomFile image(int number) {
    return number == 1
        ? PhantomFile.of(new PhantomGenerator().generate(GRAVE_SEED), STUDY, 1)
        : Hospital.image(STUDY, number);
  }

  private static ReplayReport replay(URI from, ModelRepository by, Trace of, int megapixels) {
    Archives archives =
        new Archives(
            List.of(Node.archive("", from)),
            new SpineRadiographs(RadiographProperties.defaults()),
            new SimpleMeterRegistry());
    return new Replay(archives, new Analyser(by), megapixels, Long.MAX_VALUE).run(of);
  }

  private static ReplayReport replay(Trace of) {
    return replay(archive.baseUrl(), models, of, 100);
  }

  /** From another archive, which has these instead. */
  private static ReplayReport replayWith(String name, DicomFile... files) throws IOException {
    try (FolderArchive other = FolderArchive.start(folder.resolve(name), 0)) {
      if (files.length > 0) {
        Hospital.store(other.baseUrl(), files);
      }
      return replay(other.baseUrl(), models, trace, 100);
    }
  }

  /**
   * The trace with something else in the first image that has findings, as a database keeps them.
   */
  private static Trace with(Consumer<ObjectNode> change) {
    Trace.Result result = trace.results().get(0);
    JsonNode findings = result.findings().deepCopy();
    for (JsonNode image : findings.get("images")) {
      if (!image.get("findings").isEmpty()) {
        change.accept((ObjectNode) image);
        break;
      }
    }
    return new Trace(
        trace.format(),
        trace.studyInstanceUid(),
        trace.orders(),
        List.of(
            new Trace.Result(
                result.modelSet(),
                result.state(),
                result.analysedAt(),
                result.verdict(),
                result.report(),
                result.withdrawnAt(),
                result.withdrawnBy(),
                result.restricted(),
                findings,
                result.provenance())),
        trace.cards());
  }

  private static void add(ObjectNode image, String field, double more) {
    image.put(field, image.get(field).asDouble() + more);
  }

  @Test
  void isTheSameAndTellsWhatTheResultCameFrom() {
    assertThat(replay(trace))
        .isEqualTo(new ReplayReport(2, List.of(), List.of(), List.of()))
        .extracting(ReplayReport::outcome)
        .isEqualTo(Outcome.SAME);

    assertThat(trace.orders())
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.key()).isEqualTo(ORDER.key());
              assertThat(order.requesters()).containsExactly("Practitioner/1");
            });
    assertThat(trace.results().get(0).provenance().get("pixelSha256")).hasSize(2);
    assertThat(new String(trace.json())).doesNotContain(PATIENT.id(), PATIENT.familyName());
    assertThat(Trace.read(trace.json()).results()).isEqualTo(trace.results());
  }

  @Test
  void differsWhereAScoreOrABoxOrAProbabilityIsAnother() {
    assertThat(with(image -> {}).results()).isEqualTo(trace.results());
    assertThat(replay(with(image -> add(image, "probability", -0.0009))).outcome())
        .isEqualTo(Outcome.SAME);
    assertThat(replay(with(image -> add(image, "probability", -0.0011))).differences())
        .singleElement()
        .asString()
        .contains("probability");
    assertThat(replay(with(image -> add(kept(image), "score", -0.002))).differences()).hasSize(2);
    assertThat(
            replay(with(image -> add((ObjectNode) kept(image).get("box"), "xMax", 1.1)))
                .differences())
        .hasSize(2)
        .allSatisfy(text -> assertThat(text).startsWith("Image ").contains(" at ["));
  }

  private static ObjectNode kept(ObjectNode image) {
    assertThat(image.get("findings")).as("kept findings").isNotEmpty();
    return (ObjectNode) image.get("findings").get(0);
  }

  /** One pixel of very many: the networks hardly notice. */
  @Test
  void differsWhereThePixelsOfAnImageAreOthers() throws IOException {
    ReplayReport report = replayWith("changed", changed(image(1)), image(2));

    assertThat(report.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(report.differences())
        .contains(
            "Image %s: its pixels are others than then."
                .formatted(image(1).dataSet().string(Tag.SOPInstanceUID).orElseThrow()))
        .noneMatch(
            text -> text.contains(image(2).dataSet().string(Tag.SOPInstanceUID).orElseThrow()));
  }

  /** Its first pixel gets the value of another that is far brighter or darker. */
  private static DicomFile changed(DicomFile image) {
    ByteBuffer stored = image.dataSet().bytes(Tag.PixelData).orElseThrow();
    ByteBuffer pixels = ByteBuffer.allocate(stored.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    pixels.put(stored.duplicate()).flip();
    int far = 0;
    while (Math.abs(pixels.getShort(far) - pixels.getShort(0)) < 1000) {
      far += Short.BYTES;
    }
    pixels.putShort(0, pixels.getShort(far));
    return Hospital.changed(image, header -> header.putBytes(Tag.PixelData, VR.OW, pixels));
  }

  @Test
  void cannotBeComputedWhereImagesAreGone() throws IOException {
    ReplayReport report = replayWith("less", image(1));

    assertThat(report.outcome()).isEqualTo(Outcome.NOT_COMPUTED);
    assertThat(report.impossible())
        .containsExactly(
            "Image %s is not in the archive any more."
                .formatted(image(2).dataSet().string(Tag.SOPInstanceUID).orElseThrow()));
    assertThat(report.differences()).isEmpty();
    assertThat(replayWith("none").impossible())
        .containsExactly("The archive does not list the study any more.");
  }

  /** The same name, version and networks, and another decision rule. */
  @Test
  void cannotBeComputedByAnotherModelSet() throws IOException {
    Path copy = copy(DemoModels.FOLDER, folder.resolve("set"));
    Path manifest = copy.resolve("model-set.json");
    Files.writeString(
        manifest,
        Files.readString(manifest).replaceFirst("\"threshold\" : [0-9.]+", "\"threshold\" : 0.2"));

    try (ModelRepository other = ModelRepository.open(copy, DeviceOptions.cpu())) {
      ReplayReport report = replay(archive.baseUrl(), other, trace, 100);

      assertThat(report.outcome()).isEqualTo(Outcome.NOT_COMPUTED);
      assertThat(report.impossible())
          .singleElement()
          .asString()
          .startsWith("Model set demo-2.0.0 computed it, whose content is ")
          .contains(
              trace.results().get(0).provenance().get("modelSetSha256").asText(),
              "spinexr.models.folder has demo-2.0.0 with ");
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(dir)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
  }

  /** Nor is anything fetched: the archive is not there. */
  @Test
  void computesNothingOfAPatientWhoWantsNoAi() {
    JdbcClient jdbc = JdbcClient.create(database);
    String patient = jdbc.sql("select patient from study_analysis").query(String.class).single();
    PrivacyStore privacy = new PrivacyStore(database);
    privacy.restrict(
        new PrivacyStore.Entry(
            patient, Basis.LIST, Restriction.OPTED_OUT, Optional.empty(), "test"),
        Instant.EPOCH);
    try {
      ReplayReport report =
          replay(
              URI.create("http://127.0.0.1:1/dicom-web"),
              models,
              new Traces(database).of(STUDY.uid()).orElseThrow(),
              100);

      assertThat(report.outcome()).isEqualTo(Outcome.NOT_COMPUTED);
      assertThat(report.impossible()).singleElement().asString().contains("opted out of AI");
    } finally {
      privacy.end(patient, Basis.LIST, "test", Instant.EPOCH);
    }
  }

  @Test
  void tellsWhoWithdrewAResult() {
    assertThat(trace.results().get(0).withdrawnBy()).isNull();
    JdbcClient jdbc = JdbcClient.create(database);
    jdbc.sql(
            "update study_analysis set withdrawn_by = 'Dr. A',"
                + " withdrawn_at = timestamp with time zone '2026-11-27 10:00:00+00:00'")
        .update();
    try {
      Trace.Result result = new Traces(database).of(STUDY.uid()).orElseThrow().results().get(0);

      assertThat(result.withdrawnBy()).isEqualTo("Dr. A");
      assertThat(result.withdrawnAt()).isEqualTo("2026-11-27T10:00:00Z");
    } finally {
      jdbc.sql("update study_analysis set withdrawn_by = null, withdrawn_at = null").update();
    }
  }

  @Test
  void tellsASettingThatIsAnotherAndComparesAllTheSame() {
    ReplayReport report = replay(archive.baseUrl(), models, trace, 50);

    assertThat(report.notes())
        .containsExactly("spinexr.analysis.max-megapixels was 100 and is 50.");
    assertThat(report.outcome()).isEqualTo(Outcome.SAME);
  }

  @Test
  void saysThatTheVersionBeforeRecordedNothingAndComparesTheRest() {
    JdbcClient jdbc = JdbcClient.create(database);
    // As that version leaves it: newer findings beside what belongs to those before.
    jdbc.sql("update study_analysis set provenance_at = dateadd(second, -1, provenance_at)")
        .update();
    try {
      ReplayReport report = replay(new Traces(database).of(STUDY.uid()).orElseThrow());

      assertThat(report.notes())
          .containsExactly(
              "Pixels and settings are not recorded: the version before computed the result.");
      assertThat(report.outcome()).isEqualTo(Outcome.SAME);
    } finally {
      jdbc.sql("update study_analysis set provenance_at = dateadd(second, 1, provenance_at)")
          .update();
    }
  }
}
