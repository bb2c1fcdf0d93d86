package io.spinexr.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.phantom.PhantomGenerator;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CommandLineTest {
  private static final String MODELS = "../inference-tf/models/demo";

  @TempDir Path folder;

  /** A server that ran in this VM before has changed it. */
  private static void logAsTheProgramDoes() {
    LoggerContext log = (LoggerContext) LoggerFactory.getILoggerFactory();
    log.reset();
    new CommandLineLog().configure(log);
  }

  record Outcome(int status, String out, String err) {
    List<JsonNode> documents() throws IOException {
      List<JsonNode> documents = new ArrayList<>();
      for (String line : out.lines().toList()) {
        documents.add(new ObjectMapper().readTree(line));
      }
      return documents;
    }
  }

  /** Runs the program in this VM with what it prints caught. */
  static Outcome run(Object... arguments) {
    logAsTheProgramDoes();
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int status = SpineXr.run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
      return new Outcome(
          status,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Path phantoms(int count, long seed) {
    Path data = folder.resolve("phantoms");
    assertThat(run("phantom", "--count", count, "--seed", seed, "--out", data).status()).isZero();
    return data;
  }

  @Test
  void aWordThatIsNoCommandIsSaidToBeNone() {
    Outcome outcome = run("frobnicate");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("There is no command 'frobnicate'.")
        .contains("  analyze ");
    Outcome below = run("models", "frobnicate");
    assertThat(below.status()).isEqualTo(2);
    assertThat(below.err()).startsWith("There is no command 'frobnicate'.").contains("  import ");
    assertThat(run("models", "import").err()).contains("--architecture", "sparse-rcnn-r50");
  }

  @Test
  void phantomWritesTheLayoutOfTheDataSet() throws IOException {
    Path data = phantoms(3, 41);
    try (Stream<Path> images = Files.list(data.resolve("images"))) {
      assertThat(images).hasSize(3).allMatch(image -> image.toString().endsWith(".dicom"));
    }
    assertThat(Files.readAllLines(data.resolve("annotations.csv")))
        .startsWith("study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax")
        .hasSizeGreaterThanOrEqualTo(4);
    assertThat(Files.readAllLines(data.resolve("meta.csv"))).hasSize(4);
  }

  @Test
  void analyzeTellsOfEveryImageThoughOneIsBad() throws IOException {
    Path images = phantoms(2, 7).resolve("images");
    Files.writeString(images.resolve("broken.dcm"), "this is no radiograph");
    Files.writeString(images.resolve("README.txt"), "neither is this, but nobody says it is");
    Path out = folder.resolve("out");
    Outcome outcome = run("analyze", "--models", MODELS, "--out", out, "--grayscale", images);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("1 file(s) that are not DICOM are left out");
    List<JsonNode> documents = outcome.documents();
    assertThat(documents).hasSize(3);
    JsonNode bad =
        documents.stream().filter(document -> document.has("error")).findFirst().orElseThrow();
    assertThat(bad.path("file").asText()).endsWith("broken.dcm");
    assertThat(bad.path("error").asText()).startsWith("not analysable: the content is not DICOM");
    for (JsonNode document : documents) {
      if (!document.has("error")) {
        assertComplete(document, out);
      }
    }
  }

  private static void assertComplete(JsonNode document, Path out) throws IOException {
    String sop = document.path("sopInstanceUid").asText();
    assertThat(document.path("file").asText()).endsWith(sop + ".dicom");
    assertThat(document.path("probability").asDouble()).isBetween(0.0, 1.0);
    assertThat(document.path("verdict").asText())
        .isEqualTo(
            document.path("probability").asDouble() >= document.path("threshold").asDouble()
                ? "abnormal-by-classifier"
                : document.path("findings").isEmpty() ? "nothing-found" : "abnormal-by-detector");
    assertThat(document.path("findingsBeforeFusion").size())
        .isGreaterThanOrEqualTo(document.path("findings").size());
    assertThat(document.path("modelSet").path("name").asText()).isEqualTo("demo");
    assertThat(document.path("modelSet").path("models")).hasSize(2);
    assertThat(document.path("milliseconds").fieldNames())
        .toIterable()
        .containsExactly("read", "decode", "classify", "detect", "draw");
    BufferedImage annotated = ImageIO.read(out.resolve(sop + ".png").toFile());
    assertThat(annotated.getWidth()).isEqualTo(document.path("width").asInt());
    assertThat(annotated.getHeight()).isGreaterThan(document.path("height").asInt());
  }

  /** The generator knows the 8-bit image without DICOM in between. */
  @Test
  void grayscaleIsWhatTheNetworksStartFrom() throws IOException {
    long seed = 19;
    Path images = phantoms(1, seed).resolve("images");
    Path out = folder.resolve("out");
    Outcome outcome = run("analyze", "--models", MODELS, "--out", out, "--grayscale", images);
    assertThat(outcome.status()).isZero();

    Path file = Path.of(outcome.documents().get(0).path("grayscaleImage").asText());
    BufferedImage written = ImageIO.read(file.toFile());
    GrayscaleImage expected = new PhantomGenerator().generate(seed).grayscale();
    assertThat(written.getWidth()).isEqualTo(expected.width());
    assertThat(written.getType()).isEqualTo(BufferedImage.TYPE_BYTE_GRAY);
    assertThat(((DataBufferByte) written.getRaster().getDataBuffer()).getData())
        .isEqualTo(expected.pixels());
  }

  @Test
  void analyzeNamesAMissingModelFolder() {
    Outcome outcome =
        run("analyze", "--models", folder.resolve("none"), phantoms(1, 1).resolve("images"));
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("spinexr: model folder", "none has no model-set.json")
        .doesNotContain("\tat ");
  }

  @Test
  void evaluateMeasuresAnnotatedImages() {
    Path data = phantoms(12, 300);
    Outcome outcome =
        run(
            "evaluate",
            "--models",
            MODELS,
            "--images",
            data.resolve("images"),
            "--annotations",
            data.resolve("annotations.csv"));
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("12 images", "AUROC", "mAP@0.5", "with the rule");
  }

  @Test
  void evaluateLeavesOutWhatIsMissingAndSaysSo() throws IOException {
    Path data = phantoms(12, 300);
    try (Stream<Path> images = Files.list(data.resolve("images"))) {
      Files.delete(images.sorted().findFirst().orElseThrow());
    }
    Outcome outcome =
        run(
            "evaluate",
            "--models",
            MODELS,
            "--images",
            data.resolve("images"),
            "--annotations",
            data.resolve("annotations.csv"));
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("11 images");
    assertThat(outcome.err())
        .contains(
            "there is no such file",
            "1 of 12 images are left out: 1 not analysable, 0 outside what the AI is made for.");
  }

  @Test
  void wrongUsageGetsHelpAndStatus2() {
    assertThat(run("diagnose").status()).isEqualTo(2);
    assertThat(run("phantom").err()).contains("Missing required option: '--out=DIR'");
    assertThat(run("demo", "--port", 99999).err()).contains("--port must be between 0 and 65535");
    assertThat(run().err()).contains("Say what to do, e.g. spinexr demo.");
  }
}
