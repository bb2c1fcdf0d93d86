package io.spinexr.phantom.drawing;

/**
 * Exponential and logarithm from tables: fast, and the same on every machine, which the intrinsics
 * of {@link Math} are not.
 */
public final class Curves {
  private static final int PER_UNIT = 256;
  private static final int LARGEST = 20;
  private static final float[] EXP = new float[LARGEST * PER_UNIT + 2];
  private static final float[] LOG = new float[1 << 12];
  private static final float LN_2 = (float) StrictMath.log(2);

  static {
    for (int i = 0; i < EXP.length; i++) {
      EXP[i] = (float) StrictMath.exp(-(double) i / PER_UNIT);
    }
    for (int i = 0; i < LOG.length; i++) {
      LOG[i] = (float) StrictMath.log(1 + (i + 0.5) / LOG.length);
    }
  }

  private Curves() {}

  /** e to the power of {@code -x}, for x in [0, 20]; clamped outside. */
  public static float decay(float x) {
    float at = Math.max(0, Math.min(LARGEST, x)) * PER_UNIT;
    int i = (int) at;
    return EXP[i] + (at - i) * (EXP[i + 1] - EXP[i]);
  }

  /** Natural logarithm of a positive normal number, to about 1e-4. */
  public static float log(float x) {
    int bits = Float.floatToRawIntBits(x);
    return ((bits >>> 23) - 127) * LN_2 + LOG[(bits >>> 11) & 0xFFF];
  }
}
