package io.spinexr.dicom.codec.jpeg2000.header;

import io.spinexr.dicom.codec.CodecException;
import java.util.List;

/** A stretch of a codestream that is read from its start to its end, numbers big-endian. */
public final class J2kBytes {
  static final String NAME = "JPEG 2000";

  private final byte[] array;
  private int at;
  private final int end;

  public J2kBytes(byte[] array, int start, int end) {
    this.array = array;
    this.at = start;
    this.end = end;
  }

  public static J2kBytes join(List<J2kBytes> parts) {
    byte[] joined = new byte[parts.stream().mapToInt(J2kBytes::remaining).sum()];
    int length = 0;
    for (J2kBytes part : parts) {
      System.arraycopy(part.array, part.at, joined, length, part.remaining());
      length += part.remaining();
    }
    return new J2kBytes(joined, 0, length);
  }

  /** Where in the whole codestream the next byte stands. */
  public int position() {
    return at;
  }

  public int remaining() {
    return end - at;
  }

  public int u8() {
    require(1);
    return array[at++] & 0xFF;
  }

  public int u16() {
    return u8() << 8 | u8();
  }

  long u32() {
    return (long) u16() << 16 | u16();
  }

  /** The next two bytes, which stay unread; -1 if there are not as many. */
  public int peek16() {
    return remaining() < 2 ? -1 : (array[at] & 0xFF) << 8 | array[at + 1] & 0xFF;
  }

  /**
   * The next bytes as a stretch of their own; this one goes on behind them.
   *
   * @throws CodecException if there are not as many
   */
  public J2kBytes take(long length) {
    require(length);
    int start = at;
    at += (int) length;
    return new J2kBytes(array, start, at);
  }

  private void require(long length) {
    if (length < 0 || length > remaining()) {
      throw damaged("it ends early");
    }
  }

  public static CodecException damaged(String how) {
    return CodecException.damaged(NAME, how);
  }
}
