package io.spinexr.inference;

import java.time.Duration;

/**
 * How images that several callers classify at the same time go through the networks together. A
 * batch starts when {@code images} are ready or {@code delay} is over, whichever comes first, and
 * at once if nobody else is about to join it or nothing else is running.
 *
 * @param images in one batch at most; 1 for each image alone
 * @param delay how long a batch waits at most for images that other callers are resizing
 */
public record Batching(int images, Duration delay) {
  /** At most eight images and 5 ms. */
  public static final Batching DEFAULT = new Batching(8, Duration.ofMillis(5));

  /** Each image alone. */
  public static final Batching NONE = new Batching(1, Duration.ZERO);

  public Batching {
    if (images < 1 || delay.isNegative()) {
      throw new IllegalArgumentException(
          "a batch needs at least 1 image and a delay of at least 0, but has %d and %s"
              .formatted(images, delay));
    }
  }
}
