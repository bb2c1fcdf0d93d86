package io.spinexr.dicom.codec.jpeg2000;

/**
 * Contexts of the bits of a code-block (ISO 15444-1, D.3), as tables over the neighbours. A
 * neighbourhood has nine bits, one for each significant coefficient, row by row from the upper
 * left; the fifth is the coefficient itself.
 */
final class J2kContexts {
  static final int SIGN = 9;
  static final int MAGNITUDE = 14;
  static final int RUN = 17;
  static final int UNIFORM = 18;
  static final int COUNT = 19;

  private static final byte[] LOW = zeroCoding(0, 0);
  private static final byte[] RIGHT = zeroCoding(1, 0);
  private static final byte[] BOTH = zeroCoding(1, 1);
  private static final byte[] SIGNS = signs();

  private J2kContexts() {}

  /** By neighbourhood, the context of a first significance in a subband (table D.1). */
  static byte[] zeroCoding(J2kBand band) {
    if (band.right() == 0) {
      return LOW;
    }
    return band.down() == 0 ? RIGHT : BOTH;
  }

  private static byte[] zeroCoding(int right, int down) {
    byte[] contexts = new byte[512];
    for (int i = 0; i < contexts.length; i++) {
      int beside = (i >> 3 & 1) + (i >> 5 & 1);
      int above = (i >> 1 & 1) + (i >> 7 & 1);
      int diagonal = (i & 1) + (i >> 2 & 1) + (i >> 6 & 1) + (i >> 8 & 1);
      contexts[i] =
          (byte)
              (right + down == 2
                  ? diagonal(beside + above, diagonal)
                  : right == 1
                      ? straight(above, beside, diagonal)
                      : straight(beside, above, diagonal));
    }
    return contexts;
  }

  private static int straight(int along, int across, int diagonal) {
    return switch (along) {
      case 2 -> 8;
      case 1 -> across > 0 ? 7 : diagonal > 0 ? 6 : 5;
      default -> across > 0 ? 2 + across : Math.min(diagonal, 2);
    };
  }

  private static int diagonal(int straight, int diagonal) {
    return switch (diagonal) {
      case 0 -> Math.min(straight, 2);
      case 1 -> 3 + Math.min(straight, 2);
      case 2 -> straight > 0 ? 7 : 6;
      default -> 8;
    };
  }

  /**
   * The context of a sign, and in the lowest bit whether the sign is coded inverted (tables D.2 and
   * D.3).
   *
   * @param neighbours four bits for significant neighbours, above, left, right and below from the
   *     lowest bit on, then four that say which of them are negative
   */
  static int sign(int neighbours) {
    return SIGNS[neighbours];
  }

  private static byte[] signs() {
    byte[] signs = new byte[256];
    for (int i = 0; i < signs.length; i++) {
      int vertical = Integer.signum(contribution(i, 0) + contribution(i, 3));
      int horizontal = Integer.signum(contribution(i, 1) + contribution(i, 2));
      int sum = 3 * horizontal + vertical;
      signs[i] = (byte) (SIGN + Math.abs(sum) << 1 | (sum < 0 ? 1 : 0));
    }
    return signs;
  }

  private static int contribution(int neighbours, int which) {
    boolean significant = (neighbours >> which & 1) == 1;
    boolean negative = (neighbours >> which + 4 & 1) == 1;
    return significant ? negative ? -1 : 1 : 0;
  }
}
