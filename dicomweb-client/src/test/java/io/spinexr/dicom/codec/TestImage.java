package io.spinexr.dicom.codec;

import java.util.Random;

/**
 * An image of smooth shapes, edges and noise, the same at each call.
 *
 * @param samples row by row, the sign repeated above the bits
 */
public record TestImage(int width, int height, int bits, boolean signed, short[] samples) {
  public static TestImage of(int width, int height, int bits, boolean signed) {
    Random random = new Random(bits);
    int most = (1 << bits) - 1;
    short[] samples = new short[width * height];
    for (int i = 0; i < samples.length; i++) {
      int x = i % width;
      int y = i / width;
      double shape = 0.5 + 0.3 * Math.sin(x / 17.0) * Math.cos(y / 23.0);
      double edge = (x / 20 + y / 30) % 2 == 0 ? 0.15 : 0;
      double value = most * (shape + edge) + most * 0.01 * random.nextGaussian();
      int inRange = (int) Math.max(0, Math.min(most, value));
      samples[i] = (short) (signed ? inRange - (1 << bits - 1) : inRange);
    }
    return new TestImage(width, height, bits, signed, samples);
  }

  public FrameSize size() {
    return new FrameSize(width, height);
  }
}
