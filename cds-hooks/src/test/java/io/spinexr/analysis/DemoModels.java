package io.spinexr.analysis;

import io.spinexr.inference.DeviceOptions;
import io.spinexr.inference.ModelRepository;
import java.nio.file.Path;

/** The bundled models. */
final class DemoModels {
  static final Path FOLDER = Path.of("..", "inference-tf", "models", "demo").toAbsolutePath();

  private DemoModels() {}

  static ModelRepository open() {
    return ModelRepository.open(FOLDER, DeviceOptions.cpu());
  }
}
