package io.spinexr.dicom.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** RLE Lossless (PS3.5 annex G): one PackBits segment per byte of a cell, the highest first. */
final class RleFrame {
  private static final int HEADER = 64;

  /** Two bytes can stand for 128. */
  private static final int BEST_RATIO = 64;

  private RleFrame() {}

  static Samples decode(ByteBuffer frame, PixelFormat format) {
    ByteBuffer rle = frame.order(ByteOrder.LITTLE_ENDIAN);
    int segments = format.bytesPerPixel();
    if (rle.remaining() < HEADER || rle.getInt(0) != segments) {
      throw new UnsuitableImageException(
          "its RLE data is damaged: its header does not announce %d segments".formatted(segments));
    }
    if ((long) rle.remaining() * BEST_RATIO < (long) format.pixels() * segments) {
      throw new UnsuitableImageException("its RLE data is truncated");
    }
    ByteBuffer cells = ByteBuffer.allocate(format.pixels() * segments);
    for (int segment = 0; segment < segments; segment++) {
      long start = rle.getInt(4 + 4 * segment) & 0xFFFFFFFFL;
      long end = segment + 1 < segments ? rle.getInt(8 + 4 * segment) & 0xFFFFFFFFL : rle.limit();
      if (start < HEADER || start > end || end > rle.limit()) {
        throw new UnsuitableImageException("its RLE data is damaged: wrong segment offsets");
      }
      unpack(rle.slice((int) start, (int) (end - start)), cells.array(), segment, segments);
    }
    return segments == 1 ? Samples.of8Bits(cells) : Samples.of16Bits(cells);
  }

  private static void unpack(ByteBuffer packed, byte[] cells, int offset, int step) {
    int target = offset;
    while (target < cells.length) {
      int control = packed.hasRemaining() ? packed.get() : -128;
      int count = control >= 0 ? control + 1 : 1 - control;
      boolean truncated = packed.remaining() < (control >= 0 ? count : 1);
      if (control == -128 && packed.hasRemaining()) {
        continue;
      }
      if (truncated) {
        throw new UnsuitableImageException("its RLE data is truncated");
      }
      byte repeated = control >= 0 ? 0 : packed.get();
      for (int i = 0; i < count && target < cells.length; i++, target += step) {
        cells[target] = control >= 0 ? packed.get() : repeated;
      }
    }
  }
}
