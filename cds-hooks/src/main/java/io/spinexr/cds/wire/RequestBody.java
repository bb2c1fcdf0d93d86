package io.spinexr.cds.wire;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads request bodies.
 *
 * @param limit longest body in bytes
 */
public record RequestBody(int limit) {
  /**
   * Everything, but never one byte more than shows that it is too long.
   *
   * @throws CdsException 413 when it is, 400 when the body breaks off
   */
  public byte[] read(InputStream body) {
    try {
      byte[] bytes = body.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw CdsException.tooLarge(limit);
      }
      return bytes;
    } catch (IOException e) {
      throw CdsException.malformed("the body ended before it was complete");
    }
  }
}
