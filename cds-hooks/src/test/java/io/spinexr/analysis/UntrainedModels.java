package io.spinexr.analysis;

import io.spinexr.inference.DeviceOptions;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.inference.training.DemoTraining;
import io.spinexr.inference.training.DemoTrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The demo networks after a few steps of training: real in every part, though they know nothing.
 */
final class UntrainedModels {
  private static final Path FOLDER = Path.of("target", "untrained-models");

  private UntrainedModels() {}

  static ModelRepository open() {
    return ModelRepository.open(folder(), DeviceOptions.cpu());
  }

  /** Made once and kept beside the build. */
  static synchronized Path folder() {
    Path out = FOLDER.resolve("out");
    if (!Files.exists(out.resolve("model-set.json"))) {
      DemoTraining.run(
          new DemoTrainingOptions(1, FOLDER.resolve("work"), out, 10, 10, 10), Progress.SILENT);
    }
    return out;
  }
}
