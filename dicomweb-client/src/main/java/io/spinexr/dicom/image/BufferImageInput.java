package io.spinexr.dicom.image;

import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStreamImpl;

/** Lets an image codec read from a buffer without copying it. */
final class BufferImageInput extends ImageInputStreamImpl {
  private final ByteBuffer bytes;

  BufferImageInput(ByteBuffer bytes) {
    this.bytes = bytes.slice();
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < bytes.limit() ? bytes.get((int) streamPos++) & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    int count = (int) Math.min(length, bytes.limit() - streamPos);
    if (count <= 0) {
      return length == 0 ? 0 : -1;
    }
    bytes.get((int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.limit();
  }
}
