package io.spinexr.dicom.codec.jpeg;

import io.spinexr.dicom.codec.Bits;
import io.spinexr.dicom.codec.FrameSize;

/** The lossless process of JPEG (ISO 10918-1 annex H) for one component. */
final class JpegLossless {
  private final JpegStream stream;
  private final FrameSize size;
  private final int precision;
  private final int predictor;
  private final int pointTransform;
  private final int linesPerInterval;
  private final HuffmanTable table;

  /**
   * @param precision bits per sample, 2 to 16
   * @param predictor 1 to 7 (table H.1)
   * @param pointTransform how many low bits were left out
   * @param restartInterval in pixels; 0 if there are none
   */
  JpegLossless(
      JpegStream stream,
      FrameSize size,
      int precision,
      int predictor,
      int pointTransform,
      int restartInterval,
      HuffmanTable table) {
    this.stream = stream;
    this.size = size;
    this.precision = precision - pointTransform;
    this.predictor = predictor;
    this.pointTransform = pointTransform;
    this.linesPerInterval = restartInterval == 0 ? size.height() : restartInterval / size.width();
    this.table = table;
    if (predictor < 1 || predictor > 7 || this.precision < 1) {
      throw stream.damaged("its scan header contradicts itself");
    }
    // H.1.1
    if (restartInterval % size.width() != 0) {
      throw stream.damaged("its restart intervals are not whole lines");
    }
  }

  short[] decode() {
    // A pixel is a bit at least.
    if (8L * stream.size() < (long) size.width() * size.height()) {
      throw stream.damaged("it is too short for its size");
    }
    short[] samples = new short[size.width() * size.height()];
    for (int top = 0, interval = 0; top < size.height(); top += linesPerInterval, interval++) {
      if (interval > 0) {
        stream.restart(interval);
      }
      Bits bits = stream.bitsWithStuffedBytes();
      int bottom = (int) Math.min((long) top + linesPerInterval, size.height());
      for (int y = top; y < bottom; y++) {
        decodeLine(bits, samples, y, y == top);
      }
      bits.finish();
    }
    if (pointTransform > 0) {
      for (int i = 0; i < samples.length; i++) {
        samples[i] <<= pointTransform;
      }
    }
    return samples;
  }

  private void decodeLine(Bits bits, short[] samples, int y, boolean first) {
    int width = size.width();
    int start = y * width;
    int left = first ? 1 << precision - 1 : samples[start - width] & 0xFFFF;
    left = left + difference(bits) & 0xFFFF;
    samples[start] = (short) left;
    int all = left;
    if (first || predictor == 1) {
      for (int i = start + 1; i < start + width; i++) {
        left = left + difference(bits) & 0xFFFF;
        samples[i] = (short) left;
        all |= left;
      }
    } else {
      int aboveLeft = samples[start - width] & 0xFFFF;
      for (int i = start + 1; i < start + width; i++) {
        int above = samples[i - width] & 0xFFFF;
        left = prediction(left, above, aboveLeft) + difference(bits) & 0xFFFF;
        samples[i] = (short) left;
        all |= left;
        aboveLeft = above;
      }
    }
    if (all >>> precision != 0) {
      throw stream.damaged("it has a value above its precision");
    }
  }

  private int prediction(int left, int above, int aboveLeft) {
    return switch (predictor) {
      case 1 -> left;
      case 2 -> above;
      case 3 -> aboveLeft;
      case 4 -> left + above - aboveLeft;
      case 5 -> left + (above - aboveLeft >> 1);
      case 6 -> above + (left - aboveLeft >> 1);
      default -> left + above >> 1;
    };
  }

  /** A difference, modulo 65536 (H.1.2.2). */
  private int difference(Bits bits) {
    long window = bits.window();
    int found = table.lookUp(window);
    int length = found >>> 8;
    int category = found & 0xFF;
    if (category == 0) {
      bits.skip(length);
      return 0;
    }
    if (category >= 16) {
      if (category > 16) {
        throw stream.damaged("it has an impossible difference");
      }
      bits.skip(length);
      return 1 << 15;
    }
    bits.skip(length + category);
    return HuffmanTable.number(window << length, category);
  }
}
