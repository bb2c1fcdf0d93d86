package io.spinexr.cds.wire;

import java.time.Duration;

/**
 * When an answer is due, by the clock that never jumps.
 *
 * @param nanos on {@link System#nanoTime()}
 */
public record Deadline(long nanos) {
  public static Deadline after(long startNanos, Duration budget) {
    return new Deadline(startNanos + budget.toNanos());
  }

  /** What is left, never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  /** When half of what is left is over. */
  public Deadline halfway() {
    return new Deadline(System.nanoTime() + remaining().toNanos() / 2);
  }
}
