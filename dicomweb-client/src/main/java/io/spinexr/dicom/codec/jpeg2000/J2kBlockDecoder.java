package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.jpeg2000.header.J2kBytes;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCoding;

/**
 * Decodes the bit planes of one code-block (ISO 15444-1, annex D).
 *
 * <p>Coefficients are sign and magnitude: the sign in the highest bit, below it twice the
 * magnitude, in the middle of what the planes read so far leave open.
 *
 * <p>Flags are one word for each column of a stripe of four rows, with a border all around: whether
 * coefficients are significant, in 6 rows of 3 from the row above and the column before on; the
 * signs of the 6 in the column; which of the 4 were visited in this plane; which were refined.
 */
final class J2kBlockDecoder {
  private static final int SIGNIFICANT = 0x3FFFF;
  private static final int AROUND = 0x1FF;
  private static final int SELF = 1 << 4;
  private static final int SIGN_SHIFT = 18;
  private static final int VISITED_SHIFT = 24;
  private static final int VISITED = 0xF << VISITED_SHIFT;
  private static final int REFINED_SHIFT = 28;
  private static final int MOST_BIT_PLANES = 30;
  private static final int SEGMENTATION_SYMBOL = 0xA;
  private static final int MOST_UNREAD = 8;
  private static final int MOST_INVENTED = 8;
  private static final int MOST_INVENTED_EXACTLY = 2;

  private final J2kCoding coding;
  private final J2kCodeBlock block;
  private final int bitPlanes;
  private final byte[] zeroCoding;
  private final int width;
  private final int height;
  private final boolean causal;
  private final int[] coefficients;
  private final int[] flags;
  private final int stride;
  private final int[] contexts = new int[J2kContexts.COUNT];

  @SuppressWarnings("NullAway.Init") // each segment has its own, and the first pass is of this kind
  private J2kArithmeticDecoder arithmetic;

  @SuppressWarnings("NullAway.Init") // each raw segment has its own
  private J2kRawBits raw;

  J2kBlockDecoder(J2kCoding coding, J2kBand band, J2kCodeBlock block) {
    this.coding = coding;
    this.block = block;
    this.bitPlanes = band.bitPlanes() - block.zeroPlanes;
    if (bitPlanes > MOST_BIT_PLANES) {
      throw CodecException.unsupported("JPEG 2000 with " + bitPlanes + " bit planes");
    }
    this.zeroCoding = J2kContexts.zeroCoding(band);
    this.width = block.width;
    this.height = block.height;
    this.causal = coding.has(J2kCoding.CAUSAL);
    this.coefficients = new int[width * height];
    this.stride = width + 2;
    this.flags = new int[stride * ((height + 3) / 4 + 2)];
  }

  /**
   * @param codestream all its bytes
   * @return coefficients row by row
   */
  int[] decode(byte[] codestream) {
    J2kArithmeticDecoder.resetContexts(contexts);
    int chunk = 0;
    int pass = 0;
    while (pass < block.passes()) {
      int passesOfSegment = coding.segmentPasses(pass);
      int end = pass + Math.min(passesOfSegment, block.passes() - pass);
      boolean isTerminated = end - pass == passesOfSegment;
      int first = chunk;
      int length = 0;
      for (int passes = pass; passes < end; passes += block.chunkPasses(chunk++)) {
        length += block.chunkLength(chunk);
      }
      byte[] segment = new byte[length + 2];
      for (int at = 0; first < chunk; first++) {
        System.arraycopy(
            codestream, block.chunkStart(first), segment, at, block.chunkLength(first));
        at += block.chunkLength(first);
      }
      segment[length] = segment[length + 1] = (byte) 0xFF;
      boolean isRaw = coding.isRaw(pass);
      if (isRaw) {
        raw = new J2kRawBits(segment, length);
      } else {
        arithmetic = new J2kArithmeticDecoder(segment, 0, contexts);
      }
      for (; pass < end; pass++) {
        decode(pass, isRaw);
      }
      requireEnd(length, isRaw, isTerminated && coding.has(J2kCoding.PREDICTABLE));
    }
    return coefficients;
  }

  private void decode(int pass, boolean isRaw) {
    int plane = bitPlanes - 1 - (pass + 2) / 3;
    switch (pass % 3) {
      case 0 -> {
        cleanUp(plane);
        if (coding.has(J2kCoding.SEGMENTATION_SYMBOLS)) {
          requireSegmentationSymbol();
        }
      }
      case 1 -> {
        if (isRaw) {
          propagateSignificanceRaw(plane);
        } else {
          propagateSignificance(plane);
        }
      }
      default -> {
        if (isRaw) {
          refineRaw(plane);
        } else {
          refine(plane);
        }
      }
    }
    if (coding.has(J2kCoding.RESET)) {
      J2kArithmeticDecoder.resetContexts(contexts);
    }
  }

  private void propagateSignificance(int plane) {
    J2kArithmeticDecoder mq = new J2kArithmeticDecoder(arithmetic);
    for (int top = 0, row = stride; top < height; top += 4, row += stride) {
      int rows = Math.min(4, height - top);
      for (int x = 0; x < width; x++) {
        int f = row + x + 1;
        int word = flags[f];
        if ((word & SIGNIFICANT) == 0) {
          continue;
        }
        for (int i = 0; i < rows; i++) {
          int around = word >>> 3 * i & AROUND;
          if (around == 0 || (around & SELF) != 0) {
            continue;
          }
          if (mq.decode(zeroCoding[around]) == 1) {
            int sign = J2kContexts.sign(neighbours(f, word, i));
            sign = mq.decode(sign >> 1) ^ sign & 1;
            coefficients[(top + i) * width + x] = sign << 31 | 3 << plane;
            word = significant(f, word, i, sign);
          }
          word |= 1 << VISITED_SHIFT + i;
        }
        flags[f] = word;
      }
    }
    arithmetic.set(mq);
  }

  private void propagateSignificanceRaw(int plane) {
    for (int top = 0, row = stride; top < height; top += 4, row += stride) {
      int rows = Math.min(4, height - top);
      for (int x = 0; x < width; x++) {
        int f = row + x + 1;
        int word = flags[f];
        for (int i = 0; i < rows; i++) {
          int around = word >>> 3 * i & AROUND;
          if (around == 0 || (around & SELF) != 0) {
            continue;
          }
          if (raw.bit() == 1) {
            int sign = raw.bit();
            coefficients[(top + i) * width + x] = sign << 31 | 3 << plane;
            word = significant(f, word, i, sign);
          }
          word |= 1 << VISITED_SHIFT + i;
        }
        flags[f] = word;
      }
    }
  }

  private void refine(int plane) {
    J2kArithmeticDecoder mq = new J2kArithmeticDecoder(arithmetic);
    int half = 1 << plane;
    for (int top = 0, row = stride; top < height; top += 4, row += stride) {
      int rows = Math.min(4, height - top);
      for (int x = 0; x < width; x++) {
        int word = flags[row + x + 1];
        if ((word & SIGNIFICANT) == 0) {
          continue;
        }
        for (int i = 0; i < rows; i++) {
          int around = word >>> 3 * i & AROUND;
          if ((around & SELF) == 0 || (word >>> VISITED_SHIFT + i & 1) == 1) {
            continue;
          }
          int refined = word >>> REFINED_SHIFT + i & 1;
          int context = J2kContexts.MAGNITUDE + (refined == 1 ? 2 : around == SELF ? 0 : 1);
          coefficients[(top + i) * width + x] += mq.decode(context) == 1 ? half : -half;
          word |= 1 << REFINED_SHIFT + i;
        }
        flags[row + x + 1] = word;
      }
    }
    arithmetic.set(mq);
  }

  private void refineRaw(int plane) {
    int half = 1 << plane;
    for (int top = 0, row = stride; top < height; top += 4, row += stride) {
      int rows = Math.min(4, height - top);
      for (int x = 0; x < width; x++) {
        int word = flags[row + x + 1];
        for (int i = 0; i < rows; i++) {
          if ((word >>> 3 * i & SELF) != 0 && (word >>> VISITED_SHIFT + i & 1) == 0) {
            coefficients[(top + i) * width + x] += raw.bit() == 1 ? half : -half;
          }
        }
      }
    }
  }

  private void cleanUp(int plane) {
    J2kArithmeticDecoder mq = new J2kArithmeticDecoder(arithmetic);
    for (int top = 0, row = stride; top < height; top += 4, row += stride) {
      int rows = Math.min(4, height - top);
      for (int x = 0; x < width; x++) {
        int f = row + x + 1;
        int word = flags[f];
        int first = 0;
        boolean found = false;
        if (rows == 4 && (word & SIGNIFICANT) == 0) {
          if (mq.decode(J2kContexts.RUN) == 0) {
            continue;
          }
          first = mq.decode(J2kContexts.UNIFORM) << 1;
          first |= mq.decode(J2kContexts.UNIFORM);
          found = true;
        }
        for (int i = first; i < rows; i++) {
          int around = word >>> 3 * i & AROUND;
          if ((around & SELF) != 0 || (word >>> VISITED_SHIFT + i & 1) == 1) {
            continue;
          }
          if (found || mq.decode(zeroCoding[around]) == 1) {
            found = false;
            int sign = J2kContexts.sign(neighbours(f, word, i));
            sign = mq.decode(sign >> 1) ^ sign & 1;
            coefficients[(top + i) * width + x] = sign << 31 | 3 << plane;
            word = significant(f, word, i, sign);
          }
        }
        flags[f] = word & ~VISITED;
      }
    }
    arithmetic.set(mq);
  }

  private void requireSegmentationSymbol() {
    int symbol = 0;
    for (int i = 0; i < 4; i++) {
      symbol = symbol << 1 | arithmetic.decode(J2kContexts.UNIFORM);
    }
    if (symbol != SEGMENTATION_SYMBOL) {
      throw J2kBytes.damaged("a code-block does not hold its segmentation symbol");
    }
  }

  /**
   * Encoders end segments in several ways, but all within a few bytes of what the decoder reads, so
   * that wrong bits, which lead further astray, are noticed.
   *
   * @param exactly whether the encoder promised to end as D.4.2 says
   */
  private void requireEnd(int length, boolean isRaw, boolean exactly) {
    int unread = isRaw ? raw.unread() : arithmetic.unread(length);
    boolean ends =
        exactly
            ? isRaw ? raw.endsPredictably() : unread <= 0 && unread >= -MOST_INVENTED_EXACTLY
            : unread <= MOST_UNREAD && unread >= -MOST_INVENTED;
    if (!ends) {
      throw J2kBytes.damaged("a code-block does not end where its bytes do");
    }
  }

  /** What {@link J2kContexts#sign} asks for. */
  private int neighbours(int f, int word, int i) {
    int around = word >>> 3 * i;
    int signs = word >>> SIGN_SHIFT + i;
    return around >> 1 & 1
        | around >> 2 & 2
        | around >> 3 & 4
        | around >> 4 & 8
        | (signs & 1) << 4
        | (flags[f - 1] >>> SIGN_SHIFT + 1 + i & 1) << 5
        | (flags[f + 1] >>> SIGN_SHIFT + 1 + i & 1) << 6
        | (signs & 4) << 5;
  }

  /** Makes the neighbours know, and gives back the word of the column itself. */
  private int significant(int f, int word, int i, int sign) {
    flags[f - 1] |= 1 << 3 * i + 5;
    flags[f + 1] |= 1 << 3 * i + 3;
    if (i == 0 && !causal) {
      flags[f - stride - 1] |= 1 << 17;
      flags[f - stride] |= 1 << 16 | sign << SIGN_SHIFT + 5;
      flags[f - stride + 1] |= 1 << 15;
    } else if (i == 3) {
      flags[f + stride - 1] |= 1 << 2;
      flags[f + stride] |= 1 << 1 | sign << SIGN_SHIFT;
      flags[f + stride + 1] |= 1;
    }
    return word | 1 << 3 * i + 4 | sign << SIGN_SHIFT + 1 + i;
  }

  /** Undoes the raising of a region of interest (H.1). */
  static void lowerRegion(int[] coefficients, int shift) {
    if (shift == 0 || shift >= MOST_BIT_PLANES) {
      return;
    }
    for (int i = 0; i < coefficients.length; i++) {
      int magnitude = coefficients[i] & Integer.MAX_VALUE;
      if (magnitude >> shift > 1) {
        coefficients[i] = coefficients[i] & Integer.MIN_VALUE | magnitude >> shift;
      }
    }
  }
}
