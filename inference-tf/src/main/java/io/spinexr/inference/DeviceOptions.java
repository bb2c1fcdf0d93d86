package io.spinexr.inference;

import java.util.Objects;

/**
 * Where the networks run.
 *
 * @param kind processor or graphics card
 * @param index which graphics card, from 0
 * @param memoryGrowth whether graphics memory is taken as needed instead of all at once
 * @param fallback whether the processor may stand in when there is no graphics card
 * @param threads per operation on the processor; 0 for one per core
 */
public record DeviceOptions(
    Kind kind, int index, boolean memoryGrowth, boolean fallback, int threads) {
  /** The kind of device. */
  public enum Kind {
    CPU,
    GPU
  }

  public DeviceOptions {
    Objects.requireNonNull(kind, "kind");
    if (index < 0 || threads < 0) {
      throw new IllegalArgumentException("device index and threads must be at least 0");
    }
  }

  /** The processor with all its cores. */
  public static DeviceOptions cpu() {
    return new DeviceOptions(Kind.CPU, 0, true, true, 0);
  }
}
