package io.spinexr.dicomweb.message;

import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes of an answer, no more than is allowed of them. Failures are unchecked, so that what parses
 * the bytes cannot take them for flaws of the content.
 */
abstract class LimitedBody extends FilterInputStream {
  final long maxBytes;
  private long count;

  LimitedBody(InputStream in, long maxBytes) {
    super(in);
    this.maxBytes = maxBytes;
  }

  /** What a failure of the stream below means. */
  abstract RuntimeException failure(IOException e);

  @Override
  public final int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    try {
      int read = in.read(target, offset, length);
      count += Math.max(read, 0);
      if (count > maxBytes) {
        throw tooLarge();
      }
      return read;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public final long skip(long n) {
    byte[] skipped = new byte[(int) Math.min(Math.max(n, 0), 8192)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  final DicomWebException tooLarge() {
    return new DicomWebException(
        Kind.TOO_LARGE, "the answer is larger than the limit of %d bytes".formatted(maxBytes));
  }
}
