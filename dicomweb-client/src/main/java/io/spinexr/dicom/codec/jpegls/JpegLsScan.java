package io.spinexr.dicom.codec.jpegls;

import io.spinexr.dicom.codec.Bits;
import io.spinexr.dicom.codec.FrameSize;
import io.spinexr.dicom.codec.jpeg.JpegStream;
import java.util.Arrays;

/**
 * The samples of a JPEG-LS scan of one component (ISO 14495-1 annex A). Names follow what a
 * variable is for; the standard's letter stands beside it once.
 */
final class JpegLsScan {
  private static final int CONTEXTS = 365;

  /** Where the contexts of run interruptions lie behind the regular ones: by type. */
  private static final int INTERRUPTED = CONTEXTS;

  /** Bits of a run's rest by the state of runs (J, A.7.1.2). */
  private static final int[] RUN_BITS = {
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15
  };

  private final JpegStream stream;
  private final FrameSize size;
  private final JpegLsCoding coding;
  private final int maxValue;
  private final int near;
  private final int step;
  private final int range;
  private final int errorBits;
  private final int longestCode;
  private final byte[] regions;

  /** Sums of the sizes of errors (A). */
  private final int[] sizes = new int[CONTEXTS + 2];

  /** Sums of errors (B). */
  private final int[] biases = new int[CONTEXTS];

  /** What is added to a prediction (C). */
  private final int[] corrections = new int[CONTEXTS];

  /** How often a context was met (N). */
  private final int[] counts = new int[CONTEXTS + 2];

  /** How many errors of run interruptions were negative (Nn). */
  private final int[] negatives = new int[2];

  @SuppressWarnings("NullAway.Init") // each interval has its own, from the first line on
  private Bits bits;

  private int runState;

  JpegLsScan(JpegStream stream, FrameSize size, JpegLsCoding coding) {
    this.stream = stream;
    this.size = size;
    this.coding = coding;
    maxValue = coding.maxValue();
    near = coding.near();
    step = coding.step();
    range = coding.range();
    errorBits = coding.errorBits();
    longestCode = coding.longestCode();
    regions = coding.gradientRegions();
  }

  short[] decode() {
    // A line is one bit at least, and a bit stands for no more pixels than the longest run.
    long most = 8L * stream.size() << RUN_BITS[RUN_BITS.length - 1];
    if (8L * stream.size() < size.height() || most < (long) size.width() * size.height()) {
      throw stream.damaged("it is too short for its size");
    }
    int width = size.width();
    short[] samples = new short[width * size.height()];
    // One pixel before and one behind each line.
    int[] above = new int[width + 2];
    int[] line = new int[width + 2];
    int perInterval = coding.linesPerInterval() == 0 ? size.height() : coding.linesPerInterval();
    for (int y = 0; y < size.height(); y++) {
      if (y % perInterval == 0) {
        restart(y / perInterval);
        Arrays.fill(above, 0);
        Arrays.fill(line, 0);
      }
      above[width + 1] = above[width];
      line[0] = above[1];
      decodeLine(above, line);
      for (int x = 0, target = y * width; x < width; x++) {
        samples[target + x] = (short) line[x + 1];
      }
      int[] free = above;
      above = line;
      line = free;
    }
    bits.finish();
    return samples;
  }

  private void restart(int interval) {
    if (interval > 0) {
      bits.finish();
      stream.restart(interval);
    }
    bits = stream.bitsWithStuffedBits();
    Arrays.fill(sizes, Math.max(2, (range + 32) / 64));
    Arrays.fill(counts, 1);
    Arrays.fill(biases, 0);
    Arrays.fill(corrections, 0);
    Arrays.fill(negatives, 0);
    runState = 0;
  }

  private void decodeLine(int[] above, int[] line) {
    int width = size.width();
    int x = 1;
    while (x <= width) {
      int left = line[x - 1];
      int up = above[x];
      int upLeft = above[x - 1];
      int context =
          81 * regions[above[x + 1] - up + maxValue]
              + 9 * regions[up - upLeft + maxValue]
              + regions[upLeft - left + maxValue];
      if (context != 0) {
        line[x] = regular(context, left, up, upLeft);
        x++;
      } else {
        int run = run(width - x + 1);
        Arrays.fill(line, x, x + run, left);
        x += run;
        if (x <= width) {
          line[x] = interruption(left, above[x]);
          x++;
        }
      }
    }
  }

  /** A sample in regular mode (A.4 to A.6). */
  private int regular(int signedContext, int left, int up, int upLeft) {
    int sign = signedContext >> 31 | 1;
    int context = signedContext * sign;
    int high = Math.max(left, up);
    int low = Math.min(left, up);
    int edge = upLeft >= high ? low : upLeft <= low ? high : left + up - upLeft;
    int prediction = clamped(edge + sign * corrections[context]);

    int count = counts[context];
    int bias = biases[context];
    int k = golombParameter(count, sizes[context]);
    int mapped = golomb(k, longestCode);
    int error = mapped >>> 1 ^ -(mapped & 1);
    if (k == 0 && near == 0 && 2 * bias <= -count) {
      error = ~error;
    }
    requirePossible(error);
    update(context, count, bias, error);
    return reconstructed(prediction + sign * error * step);
  }

  /** A.6 */
  private void update(int context, int countBefore, int biasBefore, int error) {
    int count = countBefore;
    int bias = biasBefore + error * step;
    int sum = sizes[context] + Math.abs(error);
    if (count == coding.reset()) {
      sum >>= 1;
      bias >>= 1;
      count >>= 1;
    }
    count++;
    if (bias <= -count) {
      bias = Math.max(bias + count, 1 - count);
      corrections[context] = Math.max(corrections[context] - 1, -128);
    } else if (bias > 0) {
      bias = Math.min(bias - count, 0);
      corrections[context] = Math.min(corrections[context] + 1, 127);
    }
    sizes[context] = sum;
    biases[context] = bias;
    counts[context] = count;
  }

  /** How many samples repeat the one before (A.7.1). */
  private int run(int left) {
    int run = 0;
    while (bits.read(1) == 1) {
      int whole = 1 << RUN_BITS[runState];
      int rest = left - run;
      run += Math.min(whole, rest);
      if (whole <= rest) {
        runState = Math.min(runState + 1, RUN_BITS.length - 1);
      }
      if (run == left) {
        return run;
      }
    }
    run += bits.read(RUN_BITS[runState]);
    if (run >= left) {
      throw stream.damaged("a run is longer than its line");
    }
    return run;
  }

  /** The sample that ends a run (A.7.2). */
  private int interruption(int left, int up) {
    int type = Math.abs(left - up) <= near ? 1 : 0;
    int context = INTERRUPTED + type;
    int count = counts[context];
    int sum = sizes[context];
    int k = golombParameter(count, type == 0 ? sum : sum + (count >> 1));
    int mapped = golomb(k, longestCode - RUN_BITS[runState] - 1);
    int error = interruptionError(type, k, mapped);
    requirePossible(error);

    if (error < 0) {
      negatives[type]++;
    }
    sum += mapped + 1 - type >> 1;
    if (count == coding.reset()) {
      sum >>= 1;
      count >>= 1;
      negatives[type] >>= 1;
    }
    sizes[context] = sum;
    counts[context] = count + 1;
    runState = Math.max(runState - 1, 0);
    int signed = type == 0 && up < left ? -error : error;
    return reconstructed((type == 0 ? up : left) + signed * step);
  }

  /** Undoes the mapping of A.7.2.2. */
  private int interruptionError(int type, int k, int mapped) {
    int doubled = mapped + type;
    boolean odd = (doubled & 1) == 1;
    int magnitude = doubled + 1 >> 1;
    boolean mostlyNegative = k != 0 || 2 * negatives[type] >= counts[INTERRUPTED + type];
    return mostlyNegative == odd ? -magnitude : magnitude;
  }

  /** The least k for which {@code count << k} reaches the sum (A.5.1). */
  private static int golombParameter(int count, int sum) {
    int k = Integer.numberOfLeadingZeros(count) - Integer.numberOfLeadingZeros(sum);
    if (k < 0) {
      return 0;
    }
    return count << k < sum ? k + 1 : k;
  }

  /** A Golomb code of limited length (A.5.3). */
  private int golomb(int k, int longest) {
    int mostZeros = longest - errorBits - 1;
    long window = bits.window();
    int zeros = Long.numberOfLeadingZeros(window);
    if (zeros < mostZeros && zeros + 1 + k <= Bits.WINDOW) {
      bits.skip(zeros + 1 + k);
      return zeros << k | (int) (window << zeros + 1 >>> 1 >>> Long.SIZE - 1 - k);
    }
    if (zeros > mostZeros) {
      throw stream.damaged("it has an impossible code");
    }
    bits.skip(zeros + 1);
    return zeros < mostZeros ? zeros << k | bits.read(k) : bits.read(errorBits) + 1;
  }

  private void requirePossible(int error) {
    if (error < -(range >> 1) || error > range - 1 >> 1) {
      throw stream.damaged("it has an impossible value");
    }
  }

  /** A.4.5 and A.8 */
  private int reconstructed(int value) {
    int wrapped = value;
    if (value < -near) {
      wrapped += range * step;
    } else if (value > maxValue + near) {
      wrapped -= range * step;
    }
    return clamped(wrapped);
  }

  private int clamped(int value) {
    return Math.max(0, Math.min(value, maxValue));
  }
}
