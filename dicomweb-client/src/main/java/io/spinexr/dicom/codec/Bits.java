package io.spinexr.dicom.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Entropy-coded bits without their stuffing, the most significant of a byte first. */
public final class Bits {
  /** How many bits {@link #window} shows at least. */
  public static final int WINDOW = 57;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** So that a window can begin at the very end. */
  private static final int MARGIN = Long.BYTES;

  private final String codec;
  private final byte[] data;
  private final long limit;
  private long position;

  /**
   * @param data may be longer than what is used of it
   * @param limit how many bits there are
   */
  public Bits(String codec, byte[] data, long limit) {
    this.codec = codec;
    this.limit = limit;
    this.data = Arrays.copyOf(data, (int) ((limit + 7) / 8) + MARGIN);
  }

  /** The next bits, the first of them on top; what lies behind the end means nothing. */
  public long window() {
    return (long) LONG.get(data, (int) (position >>> 3)) << (position & 7);
  }

  /**
   * @throws CodecException if there are not so many bits
   */
  public void skip(int count) {
    position += count;
    if (position > limit) {
      position = limit;
      throw CodecException.damaged(codec, "it ends early");
    }
  }

  /** The next bits as a number; at most 32. */
  public int read(int count) {
    int value = count == 0 ? 0 : (int) (window() >>> Long.SIZE - count);
    skip(count);
    return value;
  }

  /**
   * Ends the reading.
   *
   * @throws CodecException if more is left than what fills the last byte, and one byte that makes
   *     the length even
   */
  public void finish() {
    if (limit - position > 15) {
      throw CodecException.damaged(codec, "it has more data than pixels");
    }
  }
}
