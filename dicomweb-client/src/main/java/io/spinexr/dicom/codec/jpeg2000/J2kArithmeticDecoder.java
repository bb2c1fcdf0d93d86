package io.spinexr.dicom.codec.jpeg2000;

import java.util.Arrays;

/**
 * The MQ decoder of code-blocks (ISO 15444-1, annex C). Names of registers are the standard's.
 * Small methods and no escaping reference let the compiler keep the registers out of memory.
 */
final class J2kArithmeticDecoder {
  private static final int UNIFORM_STATE = 46;

  /** Table C.2: probability estimate, state after the more and after the less probable symbol. */
  private static final int[][] STATES = {
    {0x5601, 1, 1}, {0x3401, 2, 6}, {0x1801, 3, 9}, {0x0AC1, 4, 12}, {0x0521, 5, 29},
    {0x0221, 38, 33}, {0x5601, 7, 6}, {0x5401, 8, 14}, {0x4801, 9, 14}, {0x3801, 10, 14},
    {0x3001, 11, 17}, {0x2401, 12, 18}, {0x1C01, 13, 20}, {0x1601, 29, 21}, {0x5601, 15, 14},
    {0x5401, 16, 14}, {0x5101, 17, 15}, {0x4801, 18, 16}, {0x3801, 19, 17}, {0x3401, 20, 18},
    {0x3001, 21, 19}, {0x2801, 22, 19}, {0x2401, 23, 20}, {0x2201, 24, 21}, {0x1C01, 25, 22},
    {0x1801, 26, 23}, {0x1601, 27, 24}, {0x1401, 28, 25}, {0x1201, 29, 26}, {0x1101, 30, 27},
    {0x0AC1, 31, 28}, {0x09C1, 32, 29}, {0x08A1, 33, 30}, {0x0521, 34, 31}, {0x0441, 35, 32},
    {0x02A1, 36, 33}, {0x0221, 37, 34}, {0x0141, 38, 35}, {0x0111, 39, 36}, {0x0085, 40, 37},
    {0x0049, 41, 38}, {0x0025, 42, 39}, {0x0015, 43, 40}, {0x0009, 44, 41}, {0x0005, 45, 42},
    {0x0001, 45, 43}, {0x5601, 46, 46},
  };

  /**
   * By state and, in the lowest bit, its more probable symbol: the estimate in the upper half, then
   * the next index after the more probable symbol and after the less probable one in 7 bits each,
   * then the more probable symbol. So long that an index of 7 bits needs no check.
   */
  private static final int[] TABLE = table();

  private final byte[] data;
  private final int[] contexts;
  private int bp;
  private int a;
  private int c;
  private int ct;
  private int invented;

  private static int[] table() {
    int[] table = new int[128];
    for (int i = 0; i < 2 * STATES.length; i++) {
      int[] state = STATES[i >> 1];
      int symbol = i & 1;
      boolean switches = state[0] == 0x5601 && i >> 1 != UNIFORM_STATE;
      int afterLess = 2 * state[2] + (switches ? 1 - symbol : symbol);
      table[i] = state[0] << 16 | (2 * state[1] + symbol) << 8 | afterLess << 1 | symbol;
    }
    return table;
  }

  /**
   * Begins a codeword segment (C.3.5).
   *
   * @param data two bytes 0xFF follow the segment
   * @param start of the segment
   * @param contexts see {@link #resetContexts}
   */
  J2kArithmeticDecoder(byte[] data, int start, int[] contexts) {
    this.data = data;
    this.contexts = contexts;
    bp = start;
    c = (data[start] & 0xFF) << 16;
    byteIn();
    c <<= 7;
    ct -= 7;
    a = 0x8000;
  }

  /**
   * A copy that never leaves the method that makes it: the compiler keeps its registers out of
   * memory.
   */
  J2kArithmeticDecoder(J2kArithmeticDecoder other) {
    data = other.data;
    contexts = other.contexts;
    set(other);
  }

  /** Goes on where that copy of it ended. */
  void set(J2kArithmeticDecoder copy) {
    bp = copy.bp;
    a = copy.a;
    c = copy.c;
    ct = copy.ct;
    invented = copy.invented;
  }

  /**
   * How many bytes of the segment were not taken yet; negative if others were taken that are
   * neither in it nor right behind it.
   *
   * @param end of the segment
   */
  int unread(int end) {
    return end - bp - invented;
  }

  /** Table D.7. */
  static void resetContexts(int[] contexts) {
    Arrays.fill(contexts, TABLE[0]);
    contexts[0] = TABLE[2 * 4];
    contexts[J2kContexts.RUN] = TABLE[2 * 3];
    contexts[J2kContexts.UNIFORM] = TABLE[2 * UNIFORM_STATE];
  }

  int decode(int context) {
    int state = contexts[context];
    int symbol = state & 1;
    int qe = state >>> 16;
    a -= qe;
    if (c >>> 16 < qe) {
      if (a < qe) {
        contexts[context] = TABLE[state >> 8 & 0x7F];
      } else {
        contexts[context] = TABLE[state >> 1 & 0x7F];
        symbol ^= 1;
      }
      a = qe;
    } else {
      c -= qe << 16;
      if ((a & 0x8000) != 0) {
        return symbol;
      }
      if (a < qe) {
        contexts[context] = TABLE[state >> 1 & 0x7F];
        symbol ^= 1;
      } else {
        contexts[context] = TABLE[state >> 8 & 0x7F];
      }
    }
    int shift = Integer.numberOfLeadingZeros(a) - 16;
    a <<= shift;
    // at most three times, as shift is below 16 and ct then above 6; a loop would be slower
    if (shift > ct) {
      shift = shiftToNextByte(shift);
      if (shift > ct) {
        shift = shiftToNextByte(shift);
        if (shift > ct) {
          shift = shiftToNextByte(shift);
        }
      }
    }
    c <<= shift;
    ct -= shift;
    return symbol;
  }

  private int shiftToNextByte(int shift) {
    int left = shift - ct;
    c <<= ct;
    byteIn();
    return left;
  }

  private void byteIn() {
    int next = data[bp + 1] & 0xFF;
    if (data[bp] == (byte) 0xFF) {
      if (next > 0x8F) {
        c += 0xFF00;
        ct = 8;
        invented++;
      } else {
        bp++;
        c += next << 9;
        ct = 7;
      }
    } else {
      bp++;
      c += next << 8;
      ct = 8;
    }
  }
}
