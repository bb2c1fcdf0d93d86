package io.spinexr.inference.runtime;

import java.time.Duration;
import java.util.Objects;

/**
 * Where the networks run, and how long.
 *
 * @param kind processor or graphics card
 * @param gpu which graphics card and how; must be {@link Gpu#DEFAULT} for a processor
 * @param fallback whether the processor may stand in when there is no graphics card
 * @param threads per operation on the processor; 0 for one per core
 * @param timeLimit that a network may take for one image or one batch, at least 1 ms
 */
public record DeviceOptions(Kind kind, Gpu gpu, boolean fallback, int threads, Duration timeLimit) {
  /** Far longer than any network takes that will answer. */
  public static final Duration DEFAULT_TIME_LIMIT = Duration.ofMinutes(5);

  /** The kind of device. */
  public enum Kind {
    CPU,
    GPU
  }

  /**
   * How a graphics card is used. TensorFlow takes these from the first session of a process, so
   * they must be the same for all models.
   *
   * @param index which one, from 0
   * @param memoryGrowth whether its memory is taken as needed instead of all at once
   * @param memoryLimit how much of it is taken at most, in MiB; 0 for all
   * @param mixedPrecision whether convolutions and matrix products may compute in half precision,
   *     which is faster and changes the outputs
   */
  public record Gpu(int index, boolean memoryGrowth, int memoryLimit, boolean mixedPrecision) {
    /** The first one, all of its memory as needed, single precision. */
    public static final Gpu DEFAULT = new Gpu(0, true, 0, false);

    public Gpu {
      if (index < 0 || memoryLimit < 0) {
        throw new IllegalArgumentException("GPU index and memory limit must be at least 0");
      }
    }
  }

  public DeviceOptions {
    Objects.requireNonNull(kind, "kind");
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be at least 0");
    }
    if (timeLimit.toMillis() < 1) {
      throw new IllegalArgumentException("the time limit must be at least 1 ms");
    }
    if (kind == Kind.CPU && !gpu.equals(Gpu.DEFAULT)) {
      throw new IllegalArgumentException("a processor cannot be used as a GPU: " + gpu);
    }
  }

  /**
   * The first device of a kind, with all its cores, no other instead, and the default time limit.
   */
  public static DeviceOptions of(Kind kind) {
    return new DeviceOptions(kind, Gpu.DEFAULT, false, 0, DEFAULT_TIME_LIMIT);
  }

  /** The processor with all its cores. */
  public static DeviceOptions cpu() {
    return of(Kind.CPU);
  }
}
