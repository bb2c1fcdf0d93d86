package io.spinexr.dicom.codec.jpeg2000.header;

import io.spinexr.dicom.codec.CodecException;
import java.util.stream.IntStream;

/**
 * How a tile is cut and coded: the parameters SP of the marker segments COD and COC (ISO 15444-1,
 * A.6.1).
 *
 * @param levels wavelet transforms, 0 to 32
 * @param blockWidthLog logarithm of a code-block's width
 * @param blockHeightLog logarithm of a code-block's height
 * @param style of code-blocks, a set of the constants here
 * @param reversible 5/3 transform, else 9/7
 * @param precincts by resolution, the logarithm of the width and, above it, of the height
 */
public record J2kCoding(
    int levels,
    int blockWidthLog,
    int blockHeightLog,
    int style,
    boolean reversible,
    int[] precincts) {
  static final int BYPASS = 1;
  public static final int RESET = 2;
  static final int TERMINATE_ALL = 4;
  public static final int CAUSAL = 8;
  public static final int PREDICTABLE = 16;
  public static final int SEGMENTATION_SYMBOLS = 32;
  private static final int HIGH_THROUGHPUT = 64;

  static J2kCoding read(int scod, J2kBytes segment) {
    int levels = segment.u8();
    int widthLog = segment.u8() + 2;
    int heightLog = segment.u8() + 2;
    int style = segment.u8();
    int transform = segment.u8();
    if (levels > 32 || widthLog > 10 || heightLog > 10 || widthLog + heightLog > 12) {
      throw J2kBytes.damaged("its coding style is impossible");
    }
    if ((style & HIGH_THROUGHPUT) != 0) {
      throw CodecException.unsupported("High-Throughput JPEG 2000");
    }
    if (style > 0x7F || transform > 1) {
      throw CodecException.unsupported("JPEG 2000 with extensions of part 2");
    }
    boolean precinctsStated = (scod & 1) != 0;
    int[] precincts =
        IntStream.rangeClosed(0, levels).map(r -> precinctsStated ? segment.u8() : 0xFF).toArray();
    for (int r = 1; r <= levels; r++) {
      if ((precincts[r] & 0xF) == 0 || precincts[r] >> 4 == 0) {
        throw J2kBytes.damaged("its precincts are impossible");
      }
    }
    return new J2kCoding(levels, widthLog, heightLog, style, transform == 1, precincts);
  }

  public int precinctWidthLog(int resolution) {
    return precincts[resolution] & 0xF;
  }

  public int precinctHeightLog(int resolution) {
    return precincts[resolution] >> 4;
  }

  public boolean has(int flag) {
    return (style & flag) != 0;
  }

  /** Passes that share a codeword segment with the pass of this number, from it on (D.4, D.6). */
  public int segmentPasses(int pass) {
    if (has(TERMINATE_ALL)) {
      return 1;
    }
    if (!has(BYPASS)) {
      return Integer.MAX_VALUE;
    }
    return pass < 10 ? 10 - pass : pass % 3 == 0 ? 1 : 3 - pass % 3;
  }

  /** Whether the bits of this pass stand as they are, without arithmetic coding (D.6). */
  public boolean isRaw(int pass) {
    return has(BYPASS) && pass >= 10 && pass % 3 != 0;
  }
}
