package io.spinexr.dicom.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** RLE Lossless (PS3.5 annex G): one PackBits segment per byte of a sample, the highest first. */
public final class Rle {
  private static final String NAME = "RLE";
  private static final int HEADER = 64;

  /** Two bytes can stand for 128. */
  private static final int BEST_RATIO = 64;

  private Rle() {}

  /**
   * Decodes a frame.
   *
   * @return samples of 8 or 16 bits, as many as the data has segments for
   * @throws CodecException if the data is damaged or has another size
   */
  public static DecodedFrame decode(ByteBuffer frame, FrameSize size) {
    ByteBuffer rle = frame.slice().order(ByteOrder.LITTLE_ENDIAN);
    int segments = rle.remaining() < HEADER ? 0 : rle.getInt(0);
    if (segments != 1 && segments != 2) {
      throw damaged("its header does not announce 1 or 2 segments");
    }
    long pixels = (long) size.width() * size.height();
    if ((long) rle.limit() * BEST_RATIO < pixels * segments) {
      throw damaged("it is too short for its size");
    }
    short[] samples = new short[(int) pixels];
    for (int segment = 0; segment < segments; segment++) {
      long start = offset(rle, segment);
      long end = segment + 1 < segments ? offset(rle, segment + 1) : rle.limit();
      if (start < HEADER || start > end || end > rle.limit()) {
        throw damaged("its segments have impossible offsets");
      }
      unpack(rle.slice((int) start, (int) (end - start)), samples);
    }
    return new DecodedFrame(size.width(), size.height(), 8 * segments, false, samples, List.of());
  }

  private static CodecException damaged(String how) {
    return CodecException.damaged(NAME, how);
  }

  private static long offset(ByteBuffer rle, int segment) {
    return rle.getInt(4 + 4 * segment) & 0xFFFFFFFFL;
  }

  /** Puts a byte below those that each sample has already. */
  private static void unpack(ByteBuffer packed, short[] samples) {
    int target = 0;
    while (target < samples.length) {
      if (!packed.hasRemaining()) {
        throw damaged("it ends early");
      }
      int control = packed.get();
      if (control == -128) {
        continue;
      }
      int count = control >= 0 ? control + 1 : 1 - control;
      if (packed.remaining() < (control >= 0 ? count : 1)) {
        throw damaged("it ends early");
      }
      if (count > samples.length - target) {
        throw damaged("it has more data than pixels");
      }
      int repeated = control >= 0 ? 0 : packed.get();
      for (int end = target + count; target < end; target++) {
        int next = control >= 0 ? packed.get() : repeated;
        samples[target] = (short) (samples[target] << 8 | next & 0xFF);
      }
    }
    while (packed.hasRemaining()) {
      int padding = packed.get();
      if (padding != 0 && padding != -128) {
        throw damaged("it has more data than pixels");
      }
    }
  }
}
