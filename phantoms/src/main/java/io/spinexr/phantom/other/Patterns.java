package io.spinexr.phantom.other;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Grain;
import java.util.Arrays;

/** Images without a body: noise, pages, test patterns. */
final class Patterns {
  private static final int WHITE = 255;

  private Patterns() {}

  /**
   * An image that is being drawn.
   *
   * @param levels one per pixel, row by row
   */
  private record Sheet(int width, int height, float[] levels) {
    /** From small to as large as phantoms are. */
    static Sheet any(Dice dice) {
      int height = (int) (120 * StrictMath.pow(7, dice.uniform(0, 1)));
      int width = (int) (height * dice.uniform(0.6, 1.2));
      return new Sheet(width, height, new float[width * height]);
    }

    static Sheet small(Dice dice) {
      int height = dice.between(130, 260);
      int width = (int) (height * dice.uniform(0.6, 1.2));
      return new Sheet(width, height, new float[width * height]);
    }

    void grain(double cell, double amplitude, Dice dice) {
      Grain.add(levels, width, height, cell, amplitude, dice);
    }

    void rectangle(double left, double top, double right, double bottom, float level) {
      for (int y = Math.max(0, (int) top); y < Math.min(height, bottom); y++) {
        int from = Math.max(0, Math.min(width, (int) left));
        int to = Math.max(from, Math.min(width, (int) right));
        Arrays.fill(levels, y * width + from, y * width + to, level);
      }
    }

    /** Darkest to {@code black}, brightest to {@code white}. */
    GrayscaleImage image(double black, double white) {
      float least = Float.MAX_VALUE;
      float most = -Float.MAX_VALUE;
      for (float level : levels) {
        least = Math.min(least, level);
        most = Math.max(most, level);
      }
      byte[] pixels = new byte[levels.length];
      for (int i = 0; i < pixels.length; i++) {
        double share = most > least ? (levels[i] - least) / (most - least) : 0;
        pixels[i] = (byte) Math.round(black + share * (white - black));
      }
      return new GrayscaleImage(width, height, pixels);
    }

    GrayscaleImage image() {
      return image(0, WHITE);
    }
  }

  static GrayscaleImage constant(Dice dice) {
    Sheet sheet = Sheet.small(dice);
    double level = dice.uniform(0, WHITE);
    if (dice.chance(0.5)) {
      return sheet.image(level, level);
    }
    sheet.grain(dice.uniform(1, 40), 1, dice);
    double range = dice.uniform(1, 12);
    return sheet.image(Math.max(0, level - range), Math.min(WHITE, level + range));
  }

  static GrayscaleImage noise(Dice dice) {
    Sheet sheet = Sheet.any(dice);
    boolean even = dice.chance(0.5);
    for (int i = 0; i < sheet.levels.length; i++) {
      sheet.levels[i] = (float) (even ? dice.uniform(0, 1) : dice.normal());
    }
    return sheet.image();
  }

  static GrayscaleImage clouds(Dice dice) {
    Sheet sheet = Sheet.small(dice);
    sheet.grain(sheet.height * dice.uniform(0.02, 0.4), 1, dice);
    return sheet.image();
  }

  static GrayscaleImage gradient(Dice dice) {
    Sheet sheet = Sheet.small(dice);
    double angle = dice.uniform(0, 2 * Math.PI);
    double dx = StrictMath.cos(angle);
    double dy = StrictMath.sin(angle);
    boolean round = dice.chance(0.4);
    double cx = dice.uniform(0, sheet.width);
    double cy = dice.uniform(0, sheet.height);
    double noise = dice.chance(0.5) ? 0 : dice.uniform(0, 20);
    for (int i = 0; i < sheet.levels.length; i++) {
      double x = i % sheet.width - cx;
      double y = i / sheet.width - cy;
      double along = round ? Math.sqrt(x * x + y * y) : x * dx + y * dy;
      sheet.levels[i] = (float) (along + noise * dice.normal());
    }
    return dice.chance(0.5) ? sheet.image() : sheet.image(WHITE, 0);
  }

  static GrayscaleImage checkerboard(Dice dice) {
    Sheet sheet = Sheet.small(dice);
    double wide = dice.uniform(4, 50);
    double high = dice.uniform(4, 50);
    boolean stripes = dice.chance(0.3);
    for (int i = 0; i < sheet.levels.length; i++) {
      int column = stripes ? 0 : (int) (i % sheet.width / wide);
      int row = (int) (i / sheet.width / high);
      sheet.levels[i] = (column + row) % 2;
    }
    return sheet.image();
  }

  static GrayscaleImage text(Dice dice) {
    Sheet sheet = Sheet.any(dice);
    double line = sheet.height * dice.uniform(0.02, 0.06);
    double margin = sheet.width * dice.uniform(0.03, 0.15);
    for (double y = margin; y < sheet.height - margin; y += line) {
      double end = sheet.width - margin - (dice.chance(0.2) ? dice.uniform(0, 0.6) : 0) * margin;
      if (dice.chance(0.1)) {
        continue; // between paragraphs
      }
      for (double x = margin; x < end; x += line * dice.uniform(0.25, 0.6)) {
        if (dice.chance(0.16)) {
          continue; // between words
        }
        double tall = line * dice.uniform(0.3, 0.65);
        sheet.rectangle(x, y + 0.7 * line - tall, x + 0.2 * line, y + 0.7 * line, 1);
        sheet.rectangle(x, y + 0.45 * line, x + 0.4 * line, y + 0.55 * line, 1);
      }
    }
    return dice.chance(0.7) ? sheet.image(WHITE, 0) : sheet.image();
  }

  static GrayscaleImage specks(Dice dice) {
    Sheet sheet = Sheet.any(dice);
    double share = dice.uniform(0.002, 0.1);
    for (int i = 0; i < sheet.levels.length; i++) {
      sheet.levels[i] = dice.chance(share) ? dice.side() : 0;
    }
    return sheet.image();
  }

  static GrayscaleImage rings(Dice dice) {
    Sheet sheet = Sheet.small(dice);
    double period = dice.uniform(8, 60);
    double cx = dice.uniform(0.2, 0.8) * sheet.width;
    double cy = dice.uniform(0.2, 0.8) * sheet.height;
    for (int i = 0; i < sheet.levels.length; i++) {
      double x = i % sheet.width - cx;
      double y = i / sheet.width - cy;
      sheet.levels[i] = (float) StrictMath.cos(2 * Math.PI * Math.sqrt(x * x + y * y) / period);
    }
    return sheet.image();
  }

  static GrayscaleImage texture(Dice dice) {
    Sheet sheet = Sheet.small(dice);
    double steepness = dice.uniform(0.6, 1.3);
    for (double cell = 1.2; cell < sheet.height / 2.0; cell *= 2) {
      sheet.grain(cell, StrictMath.pow(cell, steepness), dice);
    }
    return sheet.image();
  }

  static GrayscaleImage polygons(Dice dice) {
    Sheet sheet = Sheet.small(dice);
    for (int i = dice.between(5, 25); i > 0; i--) {
      double x = dice.uniform(-0.2, 1) * sheet.width;
      double y = dice.uniform(-0.2, 1) * sheet.height;
      double angle = dice.uniform(0, Math.PI);
      double cos = StrictMath.cos(angle);
      double sin = StrictMath.sin(angle);
      double wide = dice.uniform(0.05, 0.5) * sheet.width;
      double high = dice.uniform(0.05, 0.5) * sheet.height;
      float level = (float) dice.uniform(0, 1);
      for (int at = 0; at < sheet.levels.length; at++) {
        double dx = at % sheet.width - x;
        double dy = at / sheet.width - y;
        double u = dx * cos + dy * sin;
        double v = dy * cos - dx * sin;
        if (u > 0 && u < wide && v > 0 && v < high) {
          sheet.levels[at] = level;
        }
      }
    }
    return sheet.image();
  }
}
