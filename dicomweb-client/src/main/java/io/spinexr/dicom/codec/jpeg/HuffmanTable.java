package io.spinexr.dicom.codec.jpeg;

import io.spinexr.dicom.codec.CodecException;
import java.nio.ByteBuffer;

/** A Huffman table (ISO 10918-1 annex C). */
final class HuffmanTable {
  private static final int LONGEST = 16;

  /** Codes up to this length are looked up, longer ones searched. */
  private static final int LOOKED_UP = 10;

  private final byte[] symbols;
  private final short[] lookedUp = new short[1 << LOOKED_UP];

  /** The first code that is longer, as 16 bits, by length. */
  private final int[] end = new int[LONGEST + 1];

  /** What makes a code of that length the index of its symbol. */
  private final int[] offset = new int[LONGEST + 1];

  /** Reads the rest of a table definition (B.2.4.2), behind class and identifier. */
  HuffmanTable(ByteBuffer definition) {
    int[] counts = new int[LONGEST + 1];
    int total = 0;
    for (int length = 1; length <= LONGEST; length++) {
      counts[length] = definition.get() & 0xFF;
      total += counts[length];
    }
    symbols = new byte[total];
    definition.get(symbols);
    int code = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      offset[length] = index - code;
      code += counts[length];
      if (code > 1 << length) {
        throw CodecException.damaged(Jpeg.NAME, "a Huffman table has too many codes");
      }
      for (; index < code + offset[length]; index++) {
        lookUp(index, length);
      }
      end[length] = code << LONGEST - length;
      code <<= 1;
    }
  }

  private void lookUp(int index, int length) {
    if (length <= LOOKED_UP) {
      int span = LOOKED_UP - length;
      int first = index - offset[length] << span;
      for (int i = first; i < first + (1 << span); i++) {
        lookedUp[i] = (short) (length << 8 | symbols[index] & 0xFF);
      }
    }
  }

  /**
   * The symbol at the top of a window, and above its 8 bits the length of its code.
   *
   * @throws CodecException if no code begins so
   */
  int lookUp(long window) {
    int found = lookedUp[(int) (window >>> Long.SIZE - LOOKED_UP)];
    return found != 0 ? found : search((int) (window >>> Long.SIZE - LONGEST));
  }

  private int search(int bits) {
    for (int length = LOOKED_UP + 1; length <= LONGEST; length++) {
      if (bits < end[length]) {
        return length << 8 | symbols[(bits >>> LONGEST - length) + offset[length]] & 0xFF;
      }
    }
    throw CodecException.damaged(Jpeg.NAME, "it has a code that is in no table");
  }

  /**
   * The number that the top bits of a window stand for in a category (F.2.2.1).
   *
   * @param category how many bits, at least 1
   */
  static int number(long window, int category) {
    int value = (int) (window >>> Long.SIZE - category);
    return window < 0 ? value : value - (1 << category) + 1;
  }
}
