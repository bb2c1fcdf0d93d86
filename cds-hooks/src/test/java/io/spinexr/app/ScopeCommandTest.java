package io.spinexr.app;

import static io.spinexr.app.CommandLineTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.analysis.OutOfScope;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.PhantomFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
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
        assertThat(codes(document)).containsExactly("scope-not-checked");
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
    assertThat(codes(document)).containsExactly("scope-ignored", "scope-not-checked");
  }

  /** Nothing but a look at the pixels could tell: so it is said that nobody looked. */
  @Test
  void analyzeSaysThatNobodyCheckedTheImageItselfSuchAsPureNoise() throws IOException {
    DicomFile spine = spine();
    byte[] noise = new byte[spine.dataSet().bytes(Tag.PixelData).orElseThrow().remaining()];
    new Random(1).nextBytes(noise);
    for (int i = 1; i < noise.length; i += 2) {
      noise[i] &= 0x0F;
    }
    Path file =
        write(
            "noise.dcm",
            new DicomFile(
                spine.transferSyntaxUid(),
                spine.dataSet().toBuilder()
                    .putBytes(Tag.PixelData, VR.OW, ByteBuffer.wrap(noise))
                    .build()));

    Outcome outcome = analyze(file);

    assertThat(outcome.status()).isZero();
    assertThat(codes(outcome.documents().get(0))).contains("scope-not-checked");
    assertThat(outcome.out()).contains("scope not checked on the image");
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
    assertThat(codes(outcome.documents().get(0)))
        .containsExactly("scope-not-stated", "scope-not-checked");
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
