package io.spinexr.phantom.drawing;

import java.util.Arrays;

/**
 * How the image was taken: field, collimation, scatter, dose and display processing.
 *
 * @param width of the full-size image in pixels
 * @param height of the full-size image in pixels
 * @param scatter scattered radiation per unscattered
 * @param noise standard deviation of the relative signal behind the mean attenuation, per pixel of
 *     the full-size image
 * @param dark share of the field's pixels that the display shows black
 * @param gamma exponent of the display curve
 * @param monochrome1 whether low stored values are bright
 */
public record Acquisition(
    int width,
    int height,
    Collimation collimation,
    double scatter,
    double noise,
    double dark,
    double gamma,
    boolean monochrome1) {

  public static final int BITS = 12;
  public static final int LARGEST = (1 << BITS) - 1;

  /**
   * The borders that the X-rays did not reach.
   *
   * @param margins left, top, right and bottom, as shares of the image
   * @param level what they show, in [0,1]
   */
  public record Collimation(double[] margins, double level) {}

  public static Acquisition random(Dice dice) {
    int height = dice.between(600, 900);
    int width = (int) Math.max(450, Math.min(700, height * dice.uniform(0.64, 0.84)));
    double[] margins = new double[4];
    if (dice.chance(0.6)) {
      for (int i = 0; i < 4; i++) {
        margins[i] = Math.max(0, dice.uniform(-0.03, i % 2 == 0 ? 0.11 : 0.06));
      }
    }
    return new Acquisition(
        width,
        height,
        new Collimation(margins, dice.chance(0.75) ? 0 : dice.uniform(0.5, 0.95)),
        dice.uniform(0.2, 0.8),
        dice.uniform(0.02, 0.07),
        dice.uniform(0.01, 0.06),
        dice.uniform(0.8, 1.25),
        dice.chance(0.3));
  }

  /**
   * Exposes the detector and processes its signal for display.
   *
   * @param attenuation of the body, {@code w * h}
   * @param scale size of this image relative to the full-size one; noise averages out accordingly
   * @return 12-bit values in MONOCHROME2 sense
   */
  public short[] expose(float[] attenuation, int w, int h, double scale, Dice dice) {
    float[] signal = new float[w * h];
    for (int i = 0; i < signal.length; i++) {
      signal[i] = Curves.decay(attenuation[i]);
    }
    float[] scattered = scattered(signal, w, h);
    double[] margins = collimation.margins();
    int left = (int) Math.round(margins[0] * w);
    int top = (int) Math.round(margins[1] * h);
    int right = w - (int) Math.round(margins[2] * w);
    int bottom = h - (int) Math.round(margins[3] * h);
    double mean = 0;
    for (float value : signal) {
      mean += value;
    }
    mean /= signal.length;
    // Quanta: the noise's variance grows with the signal.
    float quantum = (float) (noise * scale * Math.sqrt(mean));
    float[] density = new float[w * h];
    int[] histogram = new int[2048];
    for (int i = 0; i < density.length; i++) {
      float total = signal[i] + scattered[i];
      float noisy = total + quantum * (float) (Math.sqrt(total) * dice.normal());
      density[i] = -Curves.log(Math.max(1e-6f, noisy));
      int x = i % w;
      int y = i / w;
      if (x >= left && x < right && y >= top && y < bottom) {
        histogram[bin(density[i])]++;
      }
    }
    double low = quantile(histogram, dark);
    double high = Math.min(quantile(histogram, 0.995) + 0.2, quantile(histogram, 0.94) + 0.6);
    short[] tone = new short[1025];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (short) Math.round(LARGEST * StrictMath.pow(i / 1024.0, gamma));
    }
    short[] pixels = new short[w * h];
    Arrays.fill(pixels, (short) Math.round(LARGEST * collimation.level()));
    float perUnit = (float) (1024 / (high - low));
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int i = y * w + x;
        float at = (density[i] - (float) low) * perUnit;
        pixels[i] = tone[(int) Math.max(0, Math.min(1024, at))];
      }
    }
    return pixels;
  }

  private static int bin(float density) {
    return (int) Math.max(0, Math.min(2047, density * 128 + 256));
  }

  private static double quantile(int[] histogram, double share) {
    long total = 0;
    for (int count : histogram) {
      total += count;
    }
    long rest = (long) (share * total);
    int bin = 0;
    while (bin < histogram.length - 1 && rest >= histogram[bin]) {
      rest -= histogram[bin++];
    }
    return (bin - 256) / 128.0;
  }

  /** Scatter: the signal spread over centimetres, so a coarse lattice holds all of it. */
  private float[] scattered(float[] signal, int w, int h) {
    double cell = Math.max(w, h) / 24.0;
    int columns = (int) (w / cell) + 2;
    int rows = (int) (h / cell) + 2;
    float[] lattice = new float[columns * rows];
    int reach = (int) Math.ceil(2 * cell);
    int stride = Math.max(1, (int) (cell / 6));
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int cx = (int) (column * cell);
        int cy = (int) (row * cell);
        float total = 0;
        int count = 0;
        for (int y = Math.max(0, cy - reach); y < Math.min(h, cy + reach); y += stride) {
          for (int x = Math.max(0, cx - reach); x < Math.min(w, cx + reach); x += stride) {
            total += signal[y * w + x];
            count++;
          }
        }
        lattice[row * columns + column] = count == 0 ? 0 : (float) (scatter * total / count);
      }
    }
    float[] field = new float[w * h];
    Grain.spread(lattice, columns, field, w, h, cell);
    return field;
  }
}
