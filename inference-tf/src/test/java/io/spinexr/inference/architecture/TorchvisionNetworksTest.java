package io.spinexr.inference.architecture;

import io.spinexr.inference.Model;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our networks against torchvision's, with random weights in its key layout. */
class TorchvisionNetworksTest {
  /** Smaller than the published 800 and 1333, to be quick. */
  private static final String SIZE =
      """
      {"inputSize": {"rule": "shortest-edge", "shortest": 320, "longest": 520}}
      """;

  @TempDir static Path folder;
  private static ReferenceOutputs expected;

  @BeforeAll
  static void letTorchvisionCompute() throws Exception {
    expected =
        ReferenceOutputs.compute(TorchvisionNetworksTest.class, "torchvision_reference.py", folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"densenet121", "densenet169", "densenet201"})
  void classifiersAgreeWithTorchvision(String name) throws IOException {
    compare(name, Optional.empty(), new Tolerance(1e-3, 2e-4, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"faster-rcnn-r50-fpn", "retinanet-r50-fpn"})
  void detectorsAgreeWithTorchvision(String name) throws IOException {
    Path overrides = Files.writeString(folder.resolve("overrides.json"), SIZE);
    compare(name, Optional.of(overrides), new Tolerance(0, 1e-3, 0.1));
  }

  private static void compare(String name, Optional<Path> overrides, Tolerance tolerance)
      throws IOException {
    Path model = folder.resolve("models").resolve(name);
    ModelImport.fromCheckpoint(name, folder.resolve(name + ".pth"), overrides, model, share -> {});
    try (Model loaded = Model.load(model, DeviceOptions.cpu())) {
      expected.assertComputedBy(loaded, name, tolerance);
    }
  }
}
