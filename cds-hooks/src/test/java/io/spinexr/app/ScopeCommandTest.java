package io.spinexr.app;

import static io.spinexr.app.CommandLineTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.analysis.OutOfScope;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.CheckedImage;
import io.spinexr.inference.ImageCheck;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.View;
import io.spinexr.phantom.study.PhantomFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command does with images that the demo models are not made for. */
class ScopeCommandTest {
  private static final String MODELS = "../inference-tf/models/demo";
  private static final long SEED = 7;

  @TempDir Path folder;

  private static DicomFile spine() {
    return PhantomFile.of(new PhantomGenerator().generate(SEED, 1), PhantomFile.Study.of(SEED), 1);
  }

  private Path write(String name, DicomFile file) throws IOException {
    Path path = Files.createDirectories(folder.resolve("images")).resolve(name);
    try (OutputStream out = Files.newOutputStream(path)) {
      DicomWriter.write(file, out);
    }
    return path;
  }

  private Outcome analyze(Object... arguments) {
    Object[] all = new Object[arguments.length + 5];
    System.arraycopy(
        new Object[] {"analyze", "--models", MODELS, "--out", folder.resolve("out")}, 0, all, 0, 5);
    System.arraycopy(arguments, 0, all, 5, arguments.length);
    return run(all);
  }

  private static List<String> codes(JsonNode document) {
    return document.path("warnings").findValuesAsText("code");
  }

  @Test
  void analyzeRefusesEachWithAReasonAndAnswersForTheSpineBesideThem() throws IOException {
    for (OutOfScope image : OutOfScope.values()) {
      write(image + ".dcm", image.of(spine()));
    }
    write("spine.dcm", spine());

    Outcome outcome = analyze(folder.resolve("images"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.documents()).hasSize(OutOfScope.values().length + 1);
    for (JsonNode document : outcome.documents()) {
      if (document.path("file").asText().endsWith("spine.dcm")) {
        assertThat(document.path("verdict").asText()).isNotEmpty();
        assertThat(codes(document)).isEmpty();
      } else {
        String name = Path.of(document.path("file").asText()).getFileName().toString();
        OutOfScope image = OutOfScope.valueOf(name.replace(".dcm", ""));
        assertThat(document.has("verdict")).as(name).isFalse();
        assertThat(document.path("rejected").asText()).isEqualTo("out-of-scope");
        assertThat(document.path("error").asText())
            .startsWith("outside what the AI is made for: ")
            .contains(image.reason());
      }
    }
  }

  @Test
  void analyzeWarnsOfWhatResearchAnalysesAllTheSame() throws IOException {
    Path child = write("child.dcm", OutOfScope.CHILD.of(spine()));

    Outcome outcome = analyze("--ignore-scope", child);

    assertThat(outcome.status()).isZero();
    JsonNode document = outcome.documents().get(0);
    assertThat(document.path("verdict").asText()).isNotEmpty();
    assertThat(codes(document)).containsExactly("scope-ignored");
  }

  /** The spine's header with other pixels, 12 bits each. */
  private static DicomFile showing(IntUnaryOperator pixel) {
    DicomFile spine = spine();
    int bytes = spine.dataSet().bytes(Tag.PixelData).orElseThrow().remaining();
    ByteBuffer pixels = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes / 2; i++) {
      pixels.putShort((short) pixel.applyAsInt(i));
    }
    return new DicomFile(
        spine.transferSyntaxUid(),
        spine.dataSet().toBuilder().putBytes(Tag.PixelData, VR.OW, pixels.flip()).build());
  }

  private static DicomFile noise() {
    Random random = new Random(1);
    return showing(i -> random.nextInt(4096));
  }

  private static DicomFile nearlyConstant() {
    return showing(i -> i == 1000 ? 4095 : 700);
  }

  /** Turned clockwise by 90 degrees. */
  private static DicomFile turned() {
    Phantom phantom = new PhantomGenerator().generate(SEED, 1);
    Phantom.Pixels upright = phantom.pixels();
    short[] values = new short[upright.values().length];
    for (int y = 0; y < upright.width(); y++) {
      for (int x = 0; x < upright.height(); x++) {
        values[y * upright.height() + x] =
            upright.values()[(upright.height() - 1 - x) * upright.width() + y];
      }
    }
    Phantom.Pixels pixels =
        new Phantom.Pixels(
            upright.height(),
            upright.width(),
            values,
            upright.bits(),
            upright.monochrome1(),
            upright.window(),
            upright.spacing());
    return PhantomFile.of(
        new Phantom(SEED, pixels, phantom.view(), phantom.region(), phantom.facesLeft(), List.of()),
        PhantomFile.Study.of(SEED),
        1);
  }

  @Test
  void analyzeRefusesWhatDoesNotLookLikeASpineAndAnswersForTheSpineBeside() throws IOException {
    write("noise.dcm", noise());
    write("constant.dcm", nearlyConstant());
    write("turned.dcm", turned());
    write("upright.dcm", spine());

    Outcome outcome = analyze(folder.resolve("images"));

    assertThat(outcome.status()).isEqualTo(1);
    Map<String, JsonNode> documents = new HashMap<>();
    for (JsonNode document : outcome.documents()) {
      String file = document.path("file").asText();
      documents.put(Path.of(file).getFileName().toString(), document);
    }
    for (String refused : List.of("noise.dcm", "constant.dcm", "turned.dcm")) {
      JsonNode document = documents.get(refused);
      assertThat(document.has("verdict")).as(refused).isFalse();
      assertThat(document.path("rejected").asText()).as(refused).isEqualTo("out-of-scope");
      assertThat(document.path("error").asText())
          .as(refused)
          .startsWith("outside what the AI is made for: it ")
          .containsPattern("\\((probability|distance) [0-9.]+, ");
    }
    assertThat(documents.get("turned.dcm").path("error").asText())
        .contains("turned clockwise by 90 degrees");
    assertThat(documents.get("upright.dcm").path("verdict").asText()).isNotEmpty();
  }

  @Test
  void researchAnalysesNoiseWithAWarning() throws IOException {
    Outcome outcome = analyze("--ignore-scope", write("noise.dcm", noise()));

    assertThat(outcome.status()).isZero();
    assertThat(codes(outcome.documents().get(0))).contains("scope-ignored");
    assertThat(outcome.out()).contains("analysed though outside what the AI is made for: it ");
  }

  @Test
  void analyzeDoubtsAHeaderThatNamesAnotherRegionAndView() throws IOException {
    Phantom phantom = new PhantomGenerator().generate(SEED, 1);
    boolean neck = phantom.region() == Region.CERVICAL;
    DicomFile spine = spine();
    Path file =
        write(
            "wrong.dcm",
            new DicomFile(
                spine.transferSyntaxUid(),
                spine.dataSet().toBuilder()
                    .put(Tag.BodyPartExamined, neck ? "LSPINE" : "CSPINE")
                    .remove(Tag.AnatomicRegionSequence)
                    .remove(Tag.StudyDescription)
                    .remove(Tag.ViewCodeSequence)
                    .put(Tag.ViewPosition, phantom.view() == View.AP ? "LL" : "AP")
                    .build()));

    Outcome outcome = analyze(file);

    assertThat(outcome.status()).isZero();
    assertThat(codes(outcome.documents().get(0)))
        .containsExactly("region-contradicts", "view-contradicts");
  }

  /** Nothing but a look at the pixels could tell: so it is said that nobody looked. */
  @Test
  void aSetWithoutAnImageCheckAnalysesNoiseAndSaysThatNobodyLooked() throws IOException {
    Path set = Files.createDirectories(folder.resolve("set"));
    Path demo = Path.of(MODELS).toAbsolutePath().normalize();
    Files.writeString(
        set.resolve("model-set.json"),
        Files.readString(demo.resolve("model-set.json"))
            .replaceAll(",\\s*\"imageCheck\" : \"[^\"]*\"", "")
            .replace("\"classifier\"", "\"" + set.relativize(demo) + "/classifier\"")
            .replace("\"detector\" : \"", "\"detector\" : \"" + set.relativize(demo) + "/"));
    Path file = write("noise.dcm", noise());

    Outcome outcome = run("analyze", "--models", set, "--out", folder.resolve("out"), file);

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(codes(outcome.documents().get(0))).contains("scope-not-checked");
    assertThat(outcome.documents().get(0).path("modelSet").path("models")).hasSize(2);
  }

  @Test
  void theDemoSetRefusesEveryGrayAlone() {
    try (ModelRepository models = ModelRepository.open(Path.of(MODELS), DeviceOptions.cpu())) {
      ImageCheck check = models.imageCheck().orElseThrow();
      for (int level = 0; level < 256; level += 5) {
        byte[] gray = new byte[300 * 400];
        Arrays.fill(gray, (byte) level);
        CheckedImage said = check.check(new GrayscaleImage(300, 400, gray));
        assertThat(said.refused(check.limits())).as("level %d: %s", level, said).isTrue();
      }
    }
  }

  @Test
  void analyzeOnlyWarnsWhereTheHeaderStatesNothing() throws IOException {
    DicomFile spine = spine();
    Path file =
        write(
            "bare.dcm",
            new DicomFile(
                spine.transferSyntaxUid(),
                spine.dataSet().toBuilder()
                    .remove(Tag.PatientBirthDate)
                    .remove(Tag.BodyPartExamined)
                    .remove(Tag.AnatomicRegionSequence)
                    .remove(Tag.StudyDescription)
                    .remove(Tag.ViewPosition)
                    .remove(Tag.ViewCodeSequence)
                    .remove(Tag.Modality)
                    .build()));

    Outcome outcome = analyze(file);

    assertThat(outcome.status()).isZero();
    assertThat(codes(outcome.documents().get(0))).containsExactly("scope-not-stated");
    assertThat(outcome.out())
        .contains("the patient's age, the part of the body, the view and the modality");
  }

  @Test
  void analyzeSaysThatTheDemoModelsAreForResearch() throws IOException {
    JsonNode set = analyze(write("spine.dcm", spine())).documents().get(0).path("modelSet");

    assertThat(set.path("regulatoryStatus").asText()).isEqualTo("research");
    assertThat(set.path("intendedUse").asText()).contains("no clinical use");
  }
}
