package io.spinexr.app;

import io.spinexr.inference.Batching;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetFolder;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which networks a command uses, and on what. */
public final class ModelOptions {
  /** Where the bundled demo models are, unless the launcher says where the program is. */
  static final Path DEMO =
      Path.of(System.getProperty("spinexr.home", "."), "inference-tf", "models", "demo");

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder of the model set (default: the demo models).")
  private Path folder = DEMO;

  @Mixin private DeviceOption device;

  /** What the set says of itself, without opening a network. */
  public ModelSetFolder set() {
    return ModelSetFolder.read(folder);
  }

  public ModelRepository open() {
    return ModelRepository.open(folder, device.options());
  }

  /** The same, where each image goes through the networks alone and so gets the same every time. */
  public ModelRepository openWithoutBatches() {
    return ModelRepository.open(set(), device.options(), Batching.NONE, size -> {});
  }
}
