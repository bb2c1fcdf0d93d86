package io.spinexr.dicom.codec.jpeg2000;

/** Numbers of the code-blocks of a precinct, coded step by step (ISO 15444-1, B.10.2). */
final class J2kTagTree {
  private final int levels;
  private final int[] widths;
  private final int[] starts;

  /** By node, twice the least value that it can still have, plus 1 if that is its value. */
  private final int[] nodes;

  J2kTagTree(int width, int height) {
    levels = 33 - Integer.numberOfLeadingZeros(Math.max(width, height) - 1);
    widths = new int[levels];
    starts = new int[levels];
    int count = 0;
    for (int level = 0; level < levels; level++) {
      int round = (1 << level) - 1;
      widths[level] = width + round >> level;
      starts[level] = count;
      count += widths[level] * (height + round >> level);
    }
    nodes = new int[count];
  }

  /** Reads on until it is known whether the value at that place is less than the limit. */
  boolean isLess(J2kBits bits, int column, int row, int limit) {
    int least = 0;
    boolean known = false;
    for (int level = levels - 1; level >= 0; level--) {
      int node = starts[level] + (row >> level) * widths[level] + (column >> level);
      least = Math.max(least, nodes[node] >> 1);
      known = (nodes[node] & 1) == 1;
      while (!known && least < limit) {
        known = bits.bit() == 1;
        if (!known) {
          least++;
        }
      }
      nodes[node] = least << 1 | (known ? 1 : 0);
    }
    return known && least < limit;
  }
}
