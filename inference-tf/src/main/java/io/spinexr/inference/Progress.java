package io.spinexr.inference;

import java.time.Duration;

/** Is told how a long task goes. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = (phase, done, total, note, remaining) -> {};

  /**
   * @param phase what is being done, in words
   * @param done steps so far
   * @param total steps in all
   * @param note one figure to watch, e.g. {@code loss 0.123}; may be empty
   * @param remaining estimated time to the end of the phase
   */
  void update(String phase, long done, long total, String note, Duration remaining);
}
