package io.spinexr.dicom.codec.jpeg;

import io.spinexr.dicom.codec.Bits;
import io.spinexr.dicom.codec.FrameSize;
import java.util.Arrays;

/** The sequential processes of JPEG (ISO 10918-1 annex F) for one component. */
final class JpegSequential {
  private static final int EDGE = InverseDct.EDGE;

  private final JpegStream stream;
  private final FrameSize size;
  private final int precision;
  private final int restartInterval;
  private final int[] quantization;
  private final HuffmanTable dcTable;
  private final HuffmanTable acTable;
  private final InverseDct inverseDct;
  private final int[] block = new int[InverseDct.BLOCK];
  private int dc;

  /**
   * @param precision 8 or 12 bits per sample
   * @param restartInterval in blocks; 0 if there are none
   * @param quantization in zigzag order
   */
  JpegSequential(
      JpegStream stream,
      FrameSize size,
      int precision,
      int restartInterval,
      int[] quantization,
      HuffmanTable dcTable,
      HuffmanTable acTable) {
    this.stream = stream;
    this.size = size;
    this.precision = precision;
    this.restartInterval = restartInterval;
    this.quantization = quantization;
    this.dcTable = dcTable;
    this.acTable = acTable;
    this.inverseDct = new InverseDct(precision);
  }

  short[] decode() {
    int across = (size.width() + EDGE - 1) / EDGE;
    int down = (size.height() + EDGE - 1) / EDGE;
    int blocks = across * down;
    // A block is two bits at least.
    if (4L * stream.size() < blocks) {
      throw stream.damaged("it is too short for its size");
    }
    short[] samples = new short[size.width() * size.height()];
    int perInterval = restartInterval == 0 ? blocks : restartInterval;
    for (int from = 0, interval = 0; from < blocks; from += perInterval, interval++) {
      if (interval > 0) {
        stream.restart(interval);
      }
      Bits bits = stream.bitsWithStuffedBytes();
      dc = 0;
      int to = Math.min(from + perInterval, blocks);
      for (int i = from; i < to; i++) {
        readBlock(bits);
        write(samples, i % across * EDGE, i / across * EDGE);
      }
      bits.finish();
    }
    return samples;
  }

  /** Reads the coefficients of a block, dequantised and in their places (F.2.2). */
  private void readBlock(Bits bits) {
    Arrays.fill(block, 0);
    dc += number(bits, dcTable, precision + 3);
    // The mean of a block is not beyond the range of its samples, but for the rounding.
    if (Math.abs((long) dc * quantization[0]) > (1L << precision + 2) + quantization[0]) {
      throw stream.damaged("it has a value above its precision");
    }
    block[0] = dc * quantization[0];
    for (int k = 1; k < InverseDct.BLOCK; k++) {
      long window = bits.window();
      int found = acTable.lookUp(window);
      int length = found >>> 8;
      int run = found >>> 4 & 0xF;
      int category = found & 0xF;
      if (category == 0) {
        bits.skip(length);
        if (run != 15) {
          return;
        }
        k += 15;
        continue;
      }
      k += run;
      if (k >= InverseDct.BLOCK || category > precision + 2) {
        throw stream.damaged("it has an impossible coefficient");
      }
      bits.skip(length + category);
      block[InverseDct.ZIGZAG[k]] =
          HuffmanTable.number(window << length, category) * quantization[k];
    }
  }

  private int number(Bits bits, HuffmanTable table, int largestCategory) {
    long window = bits.window();
    int found = table.lookUp(window);
    int length = found >>> 8;
    int category = found & 0xFF;
    if (category > largestCategory) {
      throw stream.damaged("it has an impossible coefficient");
    }
    bits.skip(length + category);
    return category == 0 ? 0 : HuffmanTable.number(window << length, category);
  }

  private void write(short[] samples, int left, int top) {
    inverseDct.transform(block);
    int columns = Math.min(EDGE, size.width() - left);
    int rows = Math.min(EDGE, size.height() - top);
    for (int y = 0; y < rows; y++) {
      int target = (top + y) * size.width() + left;
      for (int x = 0; x < columns; x++) {
        samples[target + x] = inverseDct.sample(block[EDGE * y + x]);
      }
    }
  }
}
