package io.spinexr.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.inference.Model;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our networks against {@code detectron2_reference.py}. Detectron2 is no Debian package, so the
 * reference is this project's own: what the model zoo's configurations make of Detectron2, written
 * once more in plain PyTorch with torchvision's operators, which Detectron2 uses too. It shares no
 * code with the graph builders.
 */
class Detectron2NetworksTest {
  /** Smaller than the model zoo's 800 and 1333, to be quick. */
  private static final String SIZE =
      "\"inputSize\": {\"rule\": \"shortest-edge\", \"shortest\": 256, \"longest\": 448}";

  @TempDir static Path folder;
  private static ReferenceOutputs expected;

  @BeforeAll
  static void letTheReferenceCompute() throws Exception {
    expected =
        ReferenceOutputs.compute(Detectron2NetworksTest.class, "detectron2_reference.py", folder);
  }

  @ParameterizedTest
  @CsvSource({"faster-rcnn, true", "faster-rcnn, false", "retinanet, true", "retinanet, false"})
  void detectsWhatTheReferenceDetects(String network, boolean strideIn1x1) throws IOException {
    // Without a word about the strides, they are the model zoo's.
    String overrides = strideIn1x1 ? "{%s}" : "{%s, \"strideIn1x1\": false}";
    Path file = Files.writeString(folder.resolve("overrides.json"), overrides.formatted(SIZE));
    String architecture = network + "-r50-fpn";
    Path model = folder.resolve("models").resolve(network + strideIn1x1);
    ModelImport.fromCheckpoint(
        architecture, folder.resolve(architecture + ".pth"), Optional.of(file), model, share -> {});
    Tolerance tolerance = new Tolerance(0, 1e-3, 0.1);
    try (Model loaded = Model.load(model, DeviceOptions.cpu())) {
      assertThat(loaded.manifest().strideIn1x1()).isEqualTo(strideIn1x1);
      expected.assertManyDetections(network + " " + strideIn1x1);
      expected.assertComputedBy(loaded, network + " " + strideIn1x1, tolerance);
    }
  }

  @Test
  void theImagesNeedManyNumbersOfSamplesPerRegion() {
    assertThat(expected.json().get("samples"))
        .extracting(JsonNode::asInt)
        .contains(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }
}
