package io.spinexr.dicomweb.message;

import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A body that ends in an exception when it grows too large or takes too long. */
public final class BoundedBody extends LimitedBody {
  private final CompletableFuture<Void> finished = new CompletableFuture<>();

  public BoundedBody(InputStream in, long maxBytes, Expiry deadline) {
    super(in, maxBytes);
    // Closing the stream is what wakes a reader that waits for bytes.
    finished
        .orTimeout(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((nothing, timeout) -> closeQuietly());
  }

  /** Refuses a body at once that says that it is too large. */
  public void expect(OptionalLong contentLength) {
    if (contentLength.orElse(0) > maxBytes) {
      throw tooLarge();
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    int read = super.read(target, offset, length);
    if (read < 0 && finished.isCompletedExceptionally()) {
      throw tooSlow();
    }
    return read;
  }

  @Override
  RuntimeException failure(IOException e) {
    return finished.isCompletedExceptionally() ? tooSlow() : new UncheckedIOException(e);
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

  private static DicomWebException tooSlow() {
    return new DicomWebException(
        Kind.UNAVAILABLE, "the answer did not end in time; is the archive overloaded?");
  }
}
