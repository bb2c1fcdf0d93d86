package io.spinexr.dicomweb;

import io.spinexr.dicomweb.DicomWebException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A body that ends in an exception when it grows too large or takes too long. Its failures are
 * unchecked, so that what parses the body cannot take them for flaws of the content.
 */
final class BoundedBody extends FilterInputStream {
  private final long maxBytes;
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private long count;

  BoundedBody(InputStream in, long maxBytes, Deadline deadline) {
    super(in);
    this.maxBytes = maxBytes;
    // Closing the stream is what wakes a reader that waits for bytes.
    finished
        .orTimeout(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((nothing, timeout) -> closeQuietly());
  }

  /** Refuses a body at once that says that it is too large. */
  void expect(OptionalLong contentLength) {
    if (contentLength.orElse(0) > maxBytes) {
      throw tooLarge(maxBytes);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    try {
      int read = in.read(target, offset, length);
      count += Math.max(read, 0);
      if (count > maxBytes) {
        throw tooLarge(maxBytes);
      }
      if (read < 0 && finished.isCompletedExceptionally()) {
        throw tooSlow();
      }
      return read;
    } catch (IOException e) {
      if (finished.isCompletedExceptionally()) {
        throw tooSlow();
      }
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long skip(long n) {
    byte[] skipped = new byte[(int) Math.min(Math.max(n, 0), 8192)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public void close() {
    finished.complete(null);
  }

  private void closeQuietly() {
    try {
      in.close();
    } catch (IOException e) {
      // The connection is given up anyway.
    }
  }

  static DicomWebException tooLarge(long maxBytes) {
    return new DicomWebException(
        Kind.TOO_LARGE, "the answer is larger than the limit of %d bytes".formatted(maxBytes));
  }

  private static DicomWebException tooSlow() {
    return new DicomWebException(
        Kind.UNAVAILABLE, "the answer did not end in time; is the archive overloaded?");
  }
}
