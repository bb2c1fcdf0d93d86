package io.spinexr.dicomweb;

import java.time.Duration;

/** When something is over, by the clock that never jumps. */
record Expiry(long nanoTime) {
  static Expiry in(Duration duration) {
    return new Expiry(System.nanoTime() + duration.toNanos());
  }

  /** Zero once it has passed. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }
}
