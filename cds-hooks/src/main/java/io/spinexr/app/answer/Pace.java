package io.spinexr.app.answer;

import java.io.IOException;
import java.time.Duration;
import org.apache.catalina.connector.ClientAbortException;

/** How fast an answer is taken: what was written, and how long that waited for the reader. */
final class Pace {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final double BYTES_PER_SECOND = 16 * 1024;
  private static final int PIECE = 8192;

  private long waited;
  private long written;

  /** Something that may wait for the reader. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  /** The same of a part of something longer. */
  @FunctionalInterface
  interface Part {
    void write(int start, int count) throws IOException;
  }

  /** Writes piece by piece, so that the pace is known between them. */
  void keep(int from, int length, Part part) throws IOException {
    for (int done = 0; done < length; done += PIECE) {
      int start = from + done;
      int count = Math.min(PIECE, length - done);
      keep(() -> part.write(start, count), count);
    }
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
