package io.spinexr.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.OutputComparison;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.ReferencePython;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a reference program says about the images of {@code random_images.py}.
 *
 * @param folder with its checkpoints and images
 * @param json by network and image
 */
record ReferenceOutputs(Path folder, JsonNode json) {
  private static final List<String> IMAGES = List.of("a", "b", "c");

  /** Lets a script beside the test compute, or skips the test where its packages are missing. */
  static ReferenceOutputs compute(Class<?> test, String script, Path folder)
      throws IOException, InterruptedException {
    ReferencePython.require("torchvision");
    return new ReferenceOutputs(folder, ReferencePython.json(test, script, folder.toString()));
  }

  /** Whether each image has enough detections for the comparison to mean something. */
  void assertManyDetections(String network) {
    for (String image : IMAGES) {
      assertThat(json.get(network).get(image).get("scores")).hasSizeGreaterThan(50);
    }
  }

  /** Runs our model on the images. */
  void assertComputedBy(Model model, String network, Tolerance tolerance) throws IOException {
    for (String image : IMAGES) {
      ModelOutput ours =
          ModelOutput.of(model, ReferenceNetworksTest.read(folder.resolve(image + ".png")));
      assertSame(ours, json.get(network).get(image), tolerance);
    }
  }

  static ModelOutput output(JsonNode json) throws IOException {
    return new ObjectMapper().treeToValue(json, ModelOutput.class);
  }

  static void assertSame(ModelOutput ours, JsonNode theirs, Tolerance tolerance)
      throws IOException {
    OutputComparison comparison = OutputComparison.of(ours, output(theirs), tolerance);
    assertThat(comparison.within(tolerance)).as(comparison.toString()).isTrue();
  }
}
