package io.spinexr.dicomweb.message;

import java.time.Duration;

/** When something is over, by the clock that never jumps. */
public record Expiry(long nanoTime) {
  public static Expiry in(Duration duration) {
    return new Expiry(System.nanoTime() + duration.toNanos());
  }

  /** Zero once it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }
}
