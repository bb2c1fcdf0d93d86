package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.cores.Cores;
import io.spinexr.dicom.codec.jpeg2000.header.J2kArea;
import io.spinexr.dicom.codec.jpeg2000.header.J2kSize;

/**
 * The coefficients of a tile, which the inverse transforms turn into samples in place (ISO 15444-1,
 * annexes E and F). Each resolution fills the upper left: lower one, right, below, diagonal.
 */
abstract sealed class J2kPlane {
  /** Lines are transformed side by side in groups that fit the cache. */
  private static final int LANES = 16;

  final int width;
  private final int height;

  private J2kPlane(int width, int height) {
    this.width = width;
    this.height = height;
  }

  static J2kPlane of(boolean reversible, int width, int height) {
    return reversible ? new Reversible(width, height) : new Irreversible(width, height);
  }

  /**
   * Places the coefficients of a code-block.
   *
   * @param coefficients as {@link J2kBlockDecoder#decode} gives them
   * @param step what one of them is worth, in grey levels
   */
  abstract void put(J2kCodeBlock block, int[] coefficients, float step);

  /** The sample at that index, in grey levels about the middle of the range. */
  abstract int sample(int index);

  /**
   * One-dimensional transform of neighbouring lines (F.3.6).
   *
   * @param at index of the first coefficient
   * @param lanes number of lines
   * @param across from one line to the next
   * @param along from one coefficient of a line to the next
   * @param low number of low-pass coefficients, which come first
   * @param high number of high-pass coefficients
   * @param odd 1 if the first sample is a high-pass one, else 0
   */
  abstract void synthesize(int at, int lanes, int across, int along, int low, int high, int odd);

  /** Makes a resolution of the lower one and its three subbands (F.3.2): rows, then columns. */
  final void synthesize(J2kArea lower, J2kArea area) {
    if (area.isEmpty()) {
      return;
    }
    int columns = area.width();
    int rows = area.height();
    int low = lower.width();
    Cores.each(
        groups(rows),
        group -> {
          int row = group * LANES;
          synthesize(
              row * width,
              Math.min(LANES, rows - row),
              width,
              1,
              low,
              columns - low,
              area.x0() & 1);
        });
    int lowRows = lower.height();
    Cores.each(
        groups(columns),
        group -> {
          int column = group * LANES;
          synthesize(
              column,
              Math.min(LANES, columns - column),
              1,
              width,
              lowRows,
              rows - lowRows,
              area.y0() & 1);
        });
  }

  private static int groups(int lines) {
    return (lines + LANES - 1) / LANES;
  }

  /** Writes the samples of the tile into the image, shifted and clamped (G.1). */
  final void write(short[] samples, J2kArea tile, J2kSize size) {
    int least = size.signed() ? -(1 << size.precision() - 1) : 0;
    int most = least + (1 << size.precision()) - 1;
    int shift = size.signed() ? 0 : 1 << size.precision() - 1;
    int first =
        (tile.y0() - size.image().y0()) * size.image().width() + tile.x0() - size.image().x0();
    Cores.each(
        height,
        y -> {
          int to = first + y * size.image().width();
          for (int x = 0; x < width; x++) {
            int value = sample(y * width + x) + shift;
            samples[to + x] = (short) Math.max(least, Math.min(most, value));
          }
        });
  }

  /** 5/3: whole numbers (F.3.8.1). */
  private static final class Reversible extends J2kPlane {
    private final int[] data;

    Reversible(int width, int height) {
      super(width, height);
      data = new int[width * height];
    }

    @Override
    void put(J2kCodeBlock block, int[] coefficients, float step) {
      for (int y = 0, from = 0; y < block.height; y++) {
        int to = (block.y + y) * width + block.x;
        for (int x = 0; x < block.width; x++) {
          int coefficient = coefficients[from++];
          int magnitude = (coefficient & Integer.MAX_VALUE) >> 1;
          data[to + x] = coefficient < 0 ? -magnitude : magnitude;
        }
      }
    }

    @Override
    int sample(int index) {
      return data[index];
    }

    @Override
    void synthesize(int at, int lanes, int across, int along, int low, int high, int odd) {
      int length = low + high;
      if (length == 1) {
        for (int lane = 0; lane < lanes && odd == 1; lane++) {
          data[at + lane * across] /= 2;
        }
        return;
      }
      int[] even = new int[low * lanes];
      int[] other = new int[high * lanes];
      load(even, at, lanes, across, along, low);
      load(other, at + low * along, lanes, across, along, high);
      for (int n = 0; n < low; n++) {
        lift(
            even,
            n * lanes,
            other,
            before(n, odd, high) * lanes,
            after(n, odd, high) * lanes,
            lanes);
      }
      for (int n = 0; n < high; n++) {
        raise(
            other,
            n * lanes,
            even,
            before(n, 1 - odd, low) * lanes,
            after(n, 1 - odd, low) * lanes,
            lanes);
      }
      store(even, at + odd * along, lanes, across, 2 * along, low);
      store(other, at + (1 - odd) * along, lanes, across, 2 * along, high);
    }

    private static void lift(int[] to, int n, int[] from, int before, int after, int lanes) {
      for (int lane = 0; lane < lanes; lane++) {
        to[n + lane] -= from[before + lane] + from[after + lane] + 2 >> 2;
      }
    }

    private static void raise(int[] to, int n, int[] from, int before, int after, int lanes) {
      for (int lane = 0; lane < lanes; lane++) {
        to[n + lane] += from[before + lane] + from[after + lane] >> 1;
      }
    }

    private void load(int[] to, int at, int lanes, int across, int along, int count) {
      for (int n = 0, i = 0; n < count; n++) {
        int from = at + n * along;
        for (int lane = 0; lane < lanes; lane++) {
          to[i++] = data[from + lane * across];
        }
      }
    }

    private void store(int[] from, int at, int lanes, int across, int along, int count) {
      for (int n = 0, i = 0; n < count; n++) {
        int to = at + n * along;
        for (int lane = 0; lane < lanes; lane++) {
          data[to + lane * across] = from[i++];
        }
      }
    }
  }

  /** 9/7: single precision (F.3.8.2). */
  private static final class Irreversible extends J2kPlane {
    private static final float ALPHA = -1.586134342059924f;
    private static final float BETA = -0.052980118572961f;
    private static final float GAMMA = 0.882911075530934f;
    private static final float DELTA = 0.443506852043971f;
    private static final float K = 1.230174104914001f;

    private final float[] data;

    Irreversible(int width, int height) {
      super(width, height);
      data = new float[width * height];
    }

    @Override
    void put(J2kCodeBlock block, int[] coefficients, float step) {
      float half = step / 2;
      for (int y = 0, from = 0; y < block.height; y++) {
        int to = (block.y + y) * width + block.x;
        for (int x = 0; x < block.width; x++) {
          int coefficient = coefficients[from++];
          float magnitude = (coefficient & Integer.MAX_VALUE) * half;
          data[to + x] = coefficient < 0 ? -magnitude : magnitude;
        }
      }
    }

    @Override
    int sample(int index) {
      return Math.round(data[index]);
    }

    @Override
    void synthesize(int at, int lanes, int across, int along, int low, int high, int odd) {
      int length = low + high;
      if (length == 1) {
        for (int lane = 0; lane < lanes && odd == 1; lane++) {
          data[at + lane * across] /= 2;
        }
        return;
      }
      float[] even = new float[low * lanes];
      float[] other = new float[high * lanes];
      load(even, K, at, lanes, across, along, low);
      load(other, 1 / K, at + low * along, lanes, across, along, high);
      lift(even, other, DELTA, low, high, odd, lanes);
      lift(other, even, GAMMA, high, low, 1 - odd, lanes);
      lift(even, other, BETA, low, high, odd, lanes);
      lift(other, even, ALPHA, high, low, 1 - odd, lanes);
      store(even, at + odd * along, lanes, across, 2 * along, low);
      store(other, at + (1 - odd) * along, lanes, across, 2 * along, high);
    }

    private static void lift(
        float[] to, float[] from, float factor, int count, int others, int odd, int lanes) {
      for (int n = 0; n < count; n++) {
        int at = n * lanes;
        int before = before(n, odd, others) * lanes;
        int after = after(n, odd, others) * lanes;
        for (int lane = 0; lane < lanes; lane++) {
          to[at + lane] -= factor * (from[before + lane] + from[after + lane]);
        }
      }
    }

    private void load(
        float[] to, float factor, int at, int lanes, int across, int along, int count) {
      for (int n = 0, i = 0; n < count; n++) {
        int from = at + n * along;
        for (int lane = 0; lane < lanes; lane++) {
          to[i++] = factor * data[from + lane * across];
        }
      }
    }

    private void store(float[] from, int at, int lanes, int across, int along, int count) {
      for (int n = 0, i = 0; n < count; n++) {
        int to = at + n * along;
        for (int lane = 0; lane < lanes; lane++) {
          data[to + lane * across] = from[i++];
        }
      }
    }
  }

  /** Index of the neighbour before, mirrored at the edge (F.3.7), among the other kind. */
  private static int before(int n, int odd, int others) {
    return Math.min(others - 1, Math.max(0, n - 1 + odd));
  }

  private static int after(int n, int odd, int others) {
    return Math.min(others - 1, n + odd);
  }
}
