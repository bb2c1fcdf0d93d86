package io.spinexr.dicomweb.message;

import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/**
 * What a packed body unpacks to. What fails below is unchecked, so that a checked failure is one of
 * the packing.
 */
public final class GzipBody extends LimitedBody {
  public GzipBody(BoundedBody packed, long maxBytes) {
    super(unpacked(packed), maxBytes);
  }

  private static GZIPInputStream unpacked(BoundedBody packed) {
    try {
      return new GZIPInputStream(packed, 1 << 14);
    } catch (IOException e) {
      throw damaged();
    }
  }

  @Override
  RuntimeException failure(IOException e) {
    return damaged();
  }

  private static DicomWebException damaged() {
    return new DicomWebException(Kind.MALFORMED, "the answer is packed with gzip and damaged");
  }
}
