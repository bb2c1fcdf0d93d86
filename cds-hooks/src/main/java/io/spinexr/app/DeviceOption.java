package io.spinexr.app;

import io.spinexr.inference.runtime.DeviceOptions;
import picocli.CommandLine.Option;

/** What a command's networks run on. */
public final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "cpu|gpu",
      defaultValue = "cpu",
      description = "What the networks run on (default: ${DEFAULT-VALUE}).")
  private DeviceOptions.Kind kind;

  public DeviceOptions options() {
    return DeviceOptions.of(kind);
  }
}
