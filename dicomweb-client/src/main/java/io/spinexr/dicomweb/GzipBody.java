package io.spinexr.dicomweb;

import io.spinexr.dicomweb.DicomWebException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/**
 * What a packed body unpacks to, no more than is allowed of it. What fails below is unchecked, so
 * that a checked failure is one of the packing.
 */
final class GzipBody extends FilterInputStream {
  private final long maxBytes;
  private long count;

  GzipBody(BoundedBody packed, long maxBytes) {
    super(unpacked(packed));
    this.maxBytes = maxBytes;
  }

  private static GZIPInputStream unpacked(BoundedBody packed) {
    try {
      return new GZIPInputStream(packed, 1 << 14);
    } catch (IOException e) {
      throw damaged();
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
        throw BoundedBody.tooLarge(maxBytes);
      }
      return read;
    } catch (IOException e) {
      throw damaged();
    }
  }

  @Override
  public long skip(long n) {
    byte[] skipped = new byte[(int) Math.min(Math.max(n, 0), 8192)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  private static DicomWebException damaged() {
    return new DicomWebException(Kind.MALFORMED, "the answer is packed with gzip and damaged");
  }
}
