package io.spinexr.phantom.hard.exposure;

import io.spinexr.phantom.Phantom.Pixels;
import io.spinexr.phantom.drawing.Acquisition.Collimation;
import io.spinexr.phantom.drawing.Curves;
import io.spinexr.phantom.drawing.Dice;
import java.util.Arrays;

/**
 * One shot.
 *
 * @param width of the full-size image in pixels
 * @param height of the full-size image in pixels
 * @param kilovolts of the tube, 60 to 95: the more, the less bones stand out
 * @param dose relative to what the unit's noise is stated for
 * @param motion of patient and focal spot: standard deviation in millimetres
 * @param black share of the field's pixels that the display shows black
 * @param gridPeriod distance of the grid's lines in pixels of the full-size image
 */
public record Exposure(
    XrayUnit unit,
    int width,
    int height,
    Collimation collimation,
    double kilovolts,
    double dose,
    double motion,
    double black,
    double gridPeriod) {
  private static final int LEVELS = 1024;

  public static Exposure random(XrayUnit unit, Dice dice) {
    int height = dice.between(640, 900);
    int width = (int) Math.max(450, Math.min(700, height * dice.uniform(0.6, 0.84)));
    double[] margins = new double[4];
    if (dice.chance(0.55)) {
      for (int i = 0; i < 4; i++) {
        margins[i] = Math.max(0, dice.uniform(-0.04, i % 2 == 0 ? 0.13 : 0.07));
      }
    }
    return new Exposure(
        unit,
        width,
        height,
        new Collimation(margins, dice.chance(0.8) ? 0 : dice.uniform(0.6, 1)),
        dice.uniform(64, 92),
        // From four times too much to five times too little.
        StrictMath.exp(dice.uniform(-1.6, 1.4)),
        dice.chance(0.15) ? dice.uniform(0.3, 0.8) : dice.uniform(0.05, 0.2),
        dice.uniform(0.005, 0.08),
        dice.uniform(2.3, 5.5));
  }

  /** How much bones attenuate beside soft tissue, 1 at 75 kV. */
  public double boneContrast() {
    return StrictMath.pow(75 / kilovolts, 1.2);
  }

  /**
   * Exposes the detector, processes its signal and stores it.
   *
   * @param attenuation of all that lies in the beam, {@code w * h} line integrals
   * @param scale size of this image relative to the full-size one
   * @param pixelsPerMillimetre of this image
   */
  public Pixels take(
      float[] attenuation, int w, int h, double scale, double pixelsPerMillimetre, Dice dice) {
    float[] signal = new float[w * h];
    for (int i = 0; i < signal.length; i++) {
      signal[i] = Curves.decay(attenuation[i]);
    }
    Filters.blur(signal, w, h, motion * pixelsPerMillimetre);
    detect(signal, w, h, scale, dice);
    Filters.blur(signal, w, h, unit.blur() * pixelsPerMillimetre);
    for (int i = 0; i < signal.length; i++) {
      signal[i] = -Curves.log(Math.max(1e-7f, signal[i]));
    }
    return store(process(signal, w, h, pixelsPerMillimetre), w, h, pixelsPerMillimetre);
  }

  /** Adds scatter, the grid's shadow and noise. */
  private void detect(float[] signal, int w, int h, double scale, Dice dice) {
    float[] spread = Filters.coarse(signal, w, h, Math.max(w, h) / 9.0);
    double mean = 0;
    for (int i = 0; i < signal.length; i++) {
      signal[i] += (float) unit.scatter() * spread[i];
      mean += signal[i];
    }
    mean /= signal.length;
    double relative = unit.noise() / Math.sqrt(dose) * scale;
    // Quanta: the variance grows with the signal; the electronics add their own.
    float quantum = (float) (relative * relative * mean);
    float electronic = (float) StrictMath.pow(0.25 * relative * mean, 2);
    // Reduction of the full-size image would average the grid's lines away.
    double lines = unit.gridLines() * Math.max(0, 2 * scale - 1);
    float[] shadow = new float[w];
    for (int x = 0; x < w; x++) {
      shadow[x] = (float) (1 + lines * StrictMath.cos(2 * Math.PI * x / (scale * gridPeriod)));
    }
    for (int i = 0; i < signal.length; i++) {
      float hit = signal[i] * shadow[i % w];
      signal[i] = hit + (float) (Math.sqrt(quantum * hit + electronic) * dice.normal());
    }
  }

  private float[] process(float[] density, int w, int h, double pixelsPerMillimetre) {
    XrayUnit.Processing processing = unit.processing();
    float[] tissue = Filters.coarse(density, w, h, Math.max(2, 22 * pixelsPerMillimetre));
    float[] body = Filters.coarse(density, w, h, Math.max(2, 3.2 * pixelsPerMillimetre));
    float even = (float) processing.equalised();
    float sharp = (float) processing.enhanced();
    float[] shown = new float[w * h];
    for (int i = 0; i < shown.length; i++) {
      // Details of metal and of air are not enlarged: a vendor's filter limits itself.
      float detail = Math.max(-0.3f, Math.min(0.3f, density[i] - body[i]));
      shown[i] = density[i] - even * tissue[i] + sharp * detail;
    }
    return shown;
  }

  private Pixels store(float[] shown, int w, int h, double pixelsPerMillimetre) {
    double[] margins = collimation.margins();
    int left = (int) Math.round(margins[0] * w);
    int top = (int) Math.round(margins[1] * h);
    int right = w - (int) Math.round(margins[2] * w);
    int bottom = h - (int) Math.round(margins[3] * h);
    float[] inside = new float[Math.max(1, ((right - left + 2) / 3) * ((bottom - top + 2) / 3))];
    int n = 0;
    for (int y = top; y < bottom; y += 3) {
      for (int x = left; x < right; x += 3) {
        inside[n++] = shown[y * w + x];
      }
    }
    Arrays.sort(inside, 0, n);
    double low = inside[(int) (black * (n - 1))];
    double high = inside[(int) (0.992 * (n - 1))] + 0.12;
    int largest = (1 << unit.bits()) - 1;
    // With a window there is room above and below what is worth seeing.
    double room = unit.voi() == XrayUnit.Voi.CHOSEN ? 0.15 : 0;
    short[] tone = new short[LEVELS + 1];
    for (int i = 0; i <= LEVELS; i++) {
      double value = (double) i / LEVELS * (1 + 2 * room) - room;
      double bright = value <= 0 || value >= 1 ? value : curve(value);
      double stored = (bright + room) / (1 + 2 * room);
      tone[i] = (short) Math.round(largest * (unit.monochrome1() ? 1 - stored : stored));
    }
    short border =
        (short) Math.round(largest * Math.abs(collimation.level() - (unit.monochrome1() ? 1 : 0)));
    short[] values = new short[w * h];
    Arrays.fill(values, border);
    double span = (high - low) * (1 + 2 * room);
    float first = (float) (low - room * (high - low));
    float perUnit = (float) (LEVELS / span);
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int i = y * w + x;
        values[i] = tone[(int) Math.max(0, Math.min(LEVELS, (shown[i] - first) * perUnit))];
      }
    }
    return new Pixels(
        w, h, values, unit.bits(), unit.monochrome1(), window(), 1 / pixelsPerMillimetre);
  }

  /** The film's S: flat in the darks and lights, then the unit's gamma. */
  private double curve(double value) {
    double s = 0.5 * value + 0.5 * value * value * (3 - 2 * value);
    return StrictMath.pow(s, unit.processing().gamma());
  }

  private Pixels.Window window() {
    int values = 1 << unit.bits();
    return switch (unit.voi()) {
      case ABSENT -> Pixels.Window.NONE;
      case WHOLE -> new Pixels.Window(values / 2, values);
      case CHOSEN -> new Pixels.Window(values / 2, (int) Math.round(values / 1.3));
    };
  }
}
