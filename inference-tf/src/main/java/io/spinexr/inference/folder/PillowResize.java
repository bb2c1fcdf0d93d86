package io.spinexr.inference.folder;

import io.spinexr.image.GrayscaleImage;
import java.util.Arrays;

/**
 * Bilinear resizing with antialiasing, bit for bit as Pillow's {@code Image.resize(size,
 * Image.BILINEAR)} does it for 8-bit images: a triangle filter as wide as the reduction, in fixed
 * point with 22 fractional bits, first along rows, then along columns, each rounded to 8 bits
 * (Pillow, {@code Resample.c}). The published networks were trained on images resized so.
 */
public final class PillowResize {
  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private PillowResize() {}

  /**
   * @param width of the result in pixels, at least 1
   * @param height of the result in pixels, at least 1
   */
  public static GrayscaleImage resize(GrayscaleImage image, int width, int height) {
    GrayscaleImage narrow = image.width() == width ? image : resizeRows(image, width);
    return image.height() == height ? narrow : resizeColumns(narrow, height);
  }

  private static GrayscaleImage resizeRows(GrayscaleImage image, int width) {
    Filter filter = Filter.of(image.width(), width);
    byte[] in = image.pixels();
    byte[] out = new byte[width * image.height()];
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width();
      for (int x = 0; x < width; x++) {
        int[] weights = filter.weights[x];
        int start = row + filter.first[x];
        int sum = HALF;
        for (int i = 0; i < weights.length; i++) {
          sum += (in[start + i] & 0xFF) * weights[i];
        }
        out[y * width + x] = clip(sum);
      }
    }
    return new GrayscaleImage(width, image.height(), out);
  }

  private static GrayscaleImage resizeColumns(GrayscaleImage image, int height) {
    Filter filter = Filter.of(image.height(), height);
    int width = image.width();
    byte[] in = image.pixels();
    byte[] out = new byte[width * height];
    int[] sums = new int[width];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      int[] weights = filter.weights[y];
      for (int i = 0; i < weights.length; i++) {
        int row = (filter.first[y] + i) * width;
        int weight = weights[i];
        for (int x = 0; x < width; x++) {
          sums[x] += (in[row + x] & 0xFF) * weight;
        }
      }
      for (int x = 0; x < width; x++) {
        out[y * width + x] = clip(sums[x]);
      }
    }
    return new GrayscaleImage(width, height, out);
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }

  /** For each output position the first input position and the weights from there on. */
  private record Filter(int[] first, int[][] weights) {
    static Filter of(int in, int out) {
      double scale = (double) in / out;
      double support = Math.max(scale, 1);
      int[] first = new int[out];
      int[][] weights = new int[out][];
      for (int i = 0; i < out; i++) {
        double center = (i + 0.5) * scale;
        int from = Math.max(0, (int) (center - support + 0.5));
        int to = Math.min(in, (int) (center + support + 0.5));
        double[] exact = new double[to - from];
        double total = 0;
        for (int j = 0; j < exact.length; j++) {
          double distance = (j + from - center + 0.5) * (1 / support);
          exact[j] = Math.max(0, 1 - Math.abs(distance));
          total += exact[j];
        }
        first[i] = from;
        weights[i] = new int[exact.length];
        for (int j = 0; j < exact.length; j++) {
          weights[i][j] = (int) (0.5 + exact[j] / total * (1 << PRECISION_BITS));
        }
      }
      return new Filter(first, weights);
    }
  }
}
