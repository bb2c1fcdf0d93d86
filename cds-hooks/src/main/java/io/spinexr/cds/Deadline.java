package io.spinexr.cds;

import java.time.Duration;

/**
 * When an answer is due, by the clock that never jumps.
 *
 * @param nanos on {@link System#nanoTime()}
 */
record Deadline(long nanos) {
  static Deadline after(long startNanos, Duration budget) {
    return new Deadline(startNanos + budget.toNanos());
  }

  /** What is left, never negative. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  /** When half of what is left is over. */
  Deadline halfway() {
    return new Deadline(System.nanoTime() + remaining().toNanos() / 2);
  }
}
