package io.spinexr.dicom.codec.jpeg;

/**
 * The inverse discrete cosine transform of 8 x 8 coefficients in integers, with the factorisation
 * of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) and 13 bits of fraction. The Independent JPEG
 * Group's accurate integer method rounds at the same places, so that samples are equal to those of
 * most other decoders.
 */
final class InverseDct {
  static final int EDGE = 8;

  /** Coefficients of a block. */
  static final int BLOCK = EDGE * EDGE;

  /** Where the coefficients of a block belong, row by row (ISO 10918-1 figure A.6). */
  static final int[] ZIGZAG = zigzag();

  private static final int FRACTION = 13;
  private static final int C0_298 = constant(0.298631336);
  private static final int C0_390 = constant(0.390180644);
  private static final int C0_541 = constant(0.541196100);
  private static final int C0_765 = constant(0.765366865);
  private static final int C0_899 = constant(0.899976223);
  private static final int C1_175 = constant(1.175875602);
  private static final int C1_501 = constant(1.501321110);
  private static final int C1_847 = constant(1.847759065);
  private static final int C1_961 = constant(1.961570560);
  private static final int C2_053 = constant(2.053119869);
  private static final int C2_562 = constant(2.562915447);
  private static final int C3_072 = constant(3.072711026);

  /** Bits of fraction that are kept between columns and rows; more would not fit 12-bit samples. */
  private final int kept;

  private final int middle;
  private final int highest;

  /**
   * @param precision 8 or 12 bits per sample
   */
  InverseDct(int precision) {
    kept = precision == 8 ? 2 : 1;
    middle = 1 << precision - 1;
    highest = (1 << precision) - 1;
  }

  private static int constant(double value) {
    return (int) Math.round(value * (1 << FRACTION));
  }

  private static int[] zigzag() {
    int[] places = new int[BLOCK];
    int x = 0;
    int y = 0;
    for (int i = 0; i < BLOCK; i++) {
      places[i] = EDGE * y + x;
      boolean up = (x + y) % 2 == 0;
      if (up ? x == 7 : y == 7) {
        y += up ? 1 : 0;
        x += up ? 0 : 1;
      } else if (up ? y == 0 : x == 0) {
        x += up ? 1 : 0;
        y += up ? 0 : 1;
      } else {
        x += up ? 1 : -1;
        y += up ? -1 : 1;
      }
    }
    return places;
  }

  /** Turns dequantised coefficients into what samples differ from the middle, in place. */
  void transform(int[] block) {
    for (int column = 0; column < EDGE; column++) {
      if (isConstant(block, column, EDGE)) {
        fill(block, column, EDGE, block[column] << kept);
      } else {
        transform(block, column, EDGE, FRACTION - kept);
      }
    }
    int shift = kept + 3;
    for (int row = 0; row < BLOCK; row += EDGE) {
      if (isConstant(block, row, 1)) {
        fill(block, row, 1, block[row] + (1 << shift - 1) >> shift);
      } else {
        transform(block, row, 1, FRACTION + shift);
      }
    }
  }

  /** Often so, and then there is nothing to multiply. */
  private static boolean isConstant(int[] block, int start, int step) {
    int others = 0;
    for (int i = 1; i < EDGE; i++) {
      others |= block[start + i * step];
    }
    return others == 0;
  }

  private static void fill(int[] block, int start, int step, int value) {
    for (int i = 0; i < EDGE; i++) {
      block[start + i * step] = value;
    }
  }

  /** The sample that differs so much from the middle. */
  short sample(int difference) {
    return (short) Math.max(0, Math.min(difference + middle, highest));
  }

  private static void transform(int[] block, int start, int step, int shift) {
    int c2 = block[start + 2 * step];
    int c6 = block[start + 6 * step];
    int rotated = (c2 + c6) * C0_541;
    int even2 = rotated - c6 * C1_847;
    int even3 = rotated + c2 * C0_765;
    int even0 = block[start] + block[start + 4 * step] << FRACTION;
    int even1 = block[start] - block[start + 4 * step] << FRACTION;
    int sum0 = even0 + even3;
    int sum3 = even0 - even3;
    int sum1 = even1 + even2;
    int sum2 = even1 - even2;

    int c1 = block[start + step];
    int c3 = block[start + 3 * step];
    int c5 = block[start + 5 * step];
    int c7 = block[start + 7 * step];
    int shared = (c7 + c3 + c5 + c1) * C1_175;
    int both73 = shared - (c7 + c3) * C1_961;
    int both51 = shared - (c5 + c1) * C0_390;
    int both71 = (c7 + c1) * -C0_899;
    int both53 = (c5 + c3) * -C2_562;
    int odd0 = c7 * C0_298 + both71 + both73;
    int odd1 = c5 * C2_053 + both53 + both51;
    int odd2 = c3 * C3_072 + both53 + both73;
    int odd3 = c1 * C1_501 + both71 + both51;

    int half = 1 << shift - 1;
    block[start] = sum0 + odd3 + half >> shift;
    block[start + 7 * step] = sum0 - odd3 + half >> shift;
    block[start + step] = sum1 + odd2 + half >> shift;
    block[start + 6 * step] = sum1 - odd2 + half >> shift;
    block[start + 2 * step] = sum2 + odd1 + half >> shift;
    block[start + 5 * step] = sum2 - odd1 + half >> shift;
    block[start + 3 * step] = sum3 + odd0 + half >> shift;
    block[start + 4 * step] = sum3 - odd0 + half >> shift;
  }
}
