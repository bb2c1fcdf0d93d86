package io.spinexr.service;

import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.runtime.DeviceOptions;
import java.nio.file.Path;

/** The bundled models. */
public final class DemoModels {
  public static final Path FOLDER =
      Path.of("..", "inference-tf", "models", "demo").toAbsolutePath();

  private DemoModels() {}

  public static ModelRepository open() {
    return ModelRepository.open(FOLDER, DeviceOptions.cpu());
  }
}
