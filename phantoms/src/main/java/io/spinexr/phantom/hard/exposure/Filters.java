package io.spinexr.phantom.hard.exposure;

import io.spinexr.phantom.drawing.Grain;

/** Low-pass filters on images, row by row. */
final class Filters {
  private Filters() {}

  /** Blurs in place with a near-Gaussian of this standard deviation in pixels. */
  static void blur(float[] image, int w, int h, double sigma) {
    int passes = (int) Math.ceil(2 * sigma * sigma);
    for (int pass = 0; pass < passes; pass++) {
      float side = (float) (sigma * sigma / (2 * passes));
      for (int y = 0; y < h; y++) {
        sweep(image, y * w, 1, w, side);
      }
      rows(image, w, h, side);
    }
  }

  private static void sweep(float[] image, int from, int step, int n, float side) {
    float before = image[from];
    float here = before;
    for (int k = 0, i = from; k < n; k++, i += step) {
      float after = k + 1 < n ? image[i + step] : here;
      image[i] = here + side * (before - 2 * here + after);
      before = here;
      here = after;
    }
  }

  private static void rows(float[] image, int w, int h, float side) {
    float[] before = new float[w];
    System.arraycopy(image, 0, before, 0, w);
    for (int y = 0; y < h; y++) {
      int row = y * w;
      int below = y + 1 < h ? row + w : row;
      for (int x = 0; x < w; x++) {
        float here = image[row + x];
        float after = image[below + x];
        image[row + x] = here + side * (before[x] - 2 * here + after);
        before[x] = here;
      }
    }
  }

  /** Means of square cells, interpolated: what is left without details smaller than a cell. */
  static float[] coarse(float[] image, int w, int h, double cell) {
    int columns = (int) (w / cell) + 2;
    int rows = (int) (h / cell) + 2;
    float[] lattice = new float[columns * rows];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        lattice[row * columns + column] =
            mean(image, w, h, column * cell, row * cell, Math.max(1, 0.75 * cell));
      }
    }
    float[] field = new float[w * h];
    Grain.spread(lattice, columns, field, w, h, cell);
    return field;
  }

  private static float mean(float[] image, int w, int h, double cx, double cy, double reach) {
    int left = Math.max(0, Math.min(w - 1, (int) (cx - reach)));
    int right = Math.min(w, Math.max(left + 1, (int) (cx + reach)));
    int top = Math.max(0, Math.min(h - 1, (int) (cy - reach)));
    int bottom = Math.min(h, Math.max(top + 1, (int) (cy + reach)));
    int stride = Math.max(1, (int) (reach / 4));
    float total = 0;
    int count = 0;
    for (int y = top; y < bottom; y += stride) {
      for (int x = left; x < right; x += stride) {
        total += image[y * w + x];
        count++;
      }
    }
    return total / count;
  }
}
