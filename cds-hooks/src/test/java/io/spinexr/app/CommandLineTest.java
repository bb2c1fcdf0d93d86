package io.spinexr.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.PhantomGenerator;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  private static final String MODELS = "../inference-tf/models/demo";

  @TempDir Path folder;

  static Outcome run(Object... arguments) {
    return Outcome.of(SpineXr::commandLine, arguments);
  }

  private Path phantoms(int count, long seed) throws IOException {
    return PhantomImages.write(folder.resolve("phantoms"), count, seed);
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
  void analyzeTellsOfEveryImageThoughOneIsBad() throws IOException {
    Path images = phantoms(2, 7);
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
    assertThat(document.path("modelSet").path("models")).hasSize(3);
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
    Path images = phantoms(1, seed);
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
  void analyzeNamesAMissingModelFolder() throws IOException {
    Outcome outcome = run("analyze", "--models", folder.resolve("none"), phantoms(1, 1));
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("spinexr: model folder", "none has no model-set.json")
        .doesNotContain("\tat ");
  }

  @Test
  void wrongUsageGetsHelpAndStatus2() {
    assertThat(run("diagnose").status()).isEqualTo(2);
    assertThat(run().err()).startsWith("Say what to do.").contains("  serve ");
  }
}
