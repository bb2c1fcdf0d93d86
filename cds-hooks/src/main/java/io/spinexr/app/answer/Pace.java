package io.spinexr.app.answer;

import java.io.IOException;
import java.time.Duration;
import org.apache.catalina.connector.ClientAbortException;

/** How fast an answer is taken: what was written, and how long that waited for the reader. */
final class Pace {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final double BYTES_PER_SECOND = 16 * 1024;

  private long waited;
  private long written;

  /** Something that may wait for the reader. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  /**
   * @param bytes that it writes, about
   * @throws ClientAbortException if the reader is too slow by now: nothing more is written
   */
  void keep(Write write, long bytes) throws IOException {
    if (isTooSlow()) {
      throw new ClientAbortException("the answer is read too slowly");
    }
    long began = System.nanoTime();
    try {
      write.run();
    } finally {
      waited += System.nanoTime() - began;
      written += bytes;
    }
  }

  private boolean isTooSlow() {
    return (waited - GRACE.toNanos()) / 1e9 > written / BYTES_PER_SECOND;
  }
}
