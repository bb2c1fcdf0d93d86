package io.spinexr.dicom.codec.jpegls;

import io.spinexr.dicom.codec.CodecException;

/**
 * What a JPEG-LS scan is coded with (ISO 14495-1 section C.2.4.1.1).
 *
 * @param maxValue the highest sample
 * @param near how far a sample may be from the original; 0 if lossless
 * @param t1 to {@code t3}: the thresholds of gradients
 * @param reset after so many samples the statistics of a context are halved
 * @param linesPerInterval between two restart markers; 0 if there are none
 */
record JpegLsCoding(
    int maxValue, int near, int t1, int t2, int t3, int reset, int linesPerInterval) {

  /** Parameters as a stream tells them; 0 stands for the default. */
  record Presets(int maxValue, int t1, int t2, int t3, int reset) {}

  JpegLsCoding {
    boolean legal =
        near <= Math.min(255, maxValue / 2)
            && t1 > near
            && t2 >= t1
            && t3 >= t2
            && maxValue >= t3
            && reset >= 3;
    if (!legal) {
      throw CodecException.damaged(JpegLs.NAME, "its coding parameters contradict themselves");
    }
  }

  /**
   * @throws CodecException if the parameters are impossible
   */
  static JpegLsCoding of(int precision, int near, int linesPerInterval, Presets presets) {
    int highest = (1 << precision) - 1;
    int maxValue = presets.maxValue == 0 ? highest : presets.maxValue;
    if (maxValue > highest) {
      throw CodecException.damaged(JpegLs.NAME, "its highest value is above its precision");
    }
    int t1;
    int t2;
    int t3;
    if (maxValue >= 128) {
      int factor = Math.min(maxValue, 4095) + 128 >> 8;
      t1 = threshold(factor + 2 + 3 * near, near + 1, maxValue);
      t2 = threshold(4 * factor + 3 + 5 * near, t1, maxValue);
      t3 = threshold(17 * factor + 4 + 7 * near, t2, maxValue);
    } else {
      int factor = 256 / (maxValue + 1);
      t1 = threshold(Math.max(2, 3 / factor + 3 * near), near + 1, maxValue);
      t2 = threshold(Math.max(3, 7 / factor + 5 * near), t1, maxValue);
      t3 = threshold(Math.max(4, 21 / factor + 7 * near), t2, maxValue);
    }
    return new JpegLsCoding(
        maxValue,
        near,
        presets.t1 == 0 ? t1 : presets.t1,
        presets.t2 == 0 ? t2 : presets.t2,
        presets.t3 == 0 ? t3 : presets.t3,
        presets.reset == 0 ? 64 : presets.reset,
        linesPerInterval);
  }

  private static int threshold(int value, int lowest, int maxValue) {
    return value > maxValue || value < lowest ? lowest : value;
  }

  /** How far apart neighbouring reconstructed values are. */
  int step() {
    return 2 * near + 1;
  }

  /** How many different errors of prediction there are. */
  int range() {
    return (maxValue + 2 * near) / step() + 1;
  }

  /** Bits of an error that is coded as it is. */
  int errorBits() {
    return bits(range() - 1);
  }

  /** The longest code of an error. */
  int longestCode() {
    int sampleBits = Math.max(2, bits(maxValue));
    return 2 * (sampleBits + Math.max(8, sampleBits));
  }

  /** The region of each gradient, -4 to 4, at its value above the lowest (A.3.3). */
  byte[] gradientRegions() {
    byte[] regions = new byte[2 * maxValue + 1];
    for (int gradient = -maxValue; gradient <= maxValue; gradient++) {
      int size = Math.abs(gradient);
      int region = size <= near ? 0 : size < t1 ? 1 : size < t2 ? 2 : size < t3 ? 3 : 4;
      regions[gradient + maxValue] = (byte) (gradient < 0 ? -region : region);
    }
    return regions;
  }

  private static int bits(int value) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(value);
  }
}
