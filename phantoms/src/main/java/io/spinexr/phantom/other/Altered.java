package io.spinexr.phantom.other;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.hard.Difficulty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Phantoms that are no radiographs any more. */
final class Altered {
  /** Of seeds that nothing else uses. */
  private static final long SEEDS = 1L << 62;

  private Altered() {}

  private static GrayscaleImage phantom(Dice dice, double scale) {
    Difficulty difficulty = dice.chance(0.5) ? Difficulty.HARD : Difficulty.EASY;
    return difficulty.generate(dice.bits() >>> 2 | SEEDS, scale).grayscale();
  }

  static GrayscaleImage inverted(Dice dice) {
    GrayscaleImage phantom = phantom(dice, 0.3);
    byte[] pixels = phantom.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ~pixels[i];
    }
    return new GrayscaleImage(phantom.width(), phantom.height(), pixels);
  }

  static GrayscaleImage shuffled(Dice dice) {
    GrayscaleImage phantom = phantom(dice, 0.3);
    int parts = dice.between(3, 6);
    int width = phantom.width() / parts;
    int height = phantom.height() / parts;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < parts * parts; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(dice.bits()));
    byte[] pixels = new byte[width * parts * height * parts];
    for (int i = 0; i < order.size(); i++) {
      int from = order.get(i);
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            phantom.pixels(),
            (from / parts * height + y) * phantom.width() + from % parts * width,
            pixels,
            (i / parts * height + y) * width * parts + i % parts * width,
            width);
      }
    }
    return new GrayscaleImage(width * parts, height * parts, pixels);
  }

  static GrayscaleImage four(Dice dice) {
    int width = 100;
    int height = 134;
    byte[] pixels = new byte[4 * width * height];
    for (int i = 0; i < 4; i++) {
      GrayscaleImage phantom = phantom(dice, 0.25);
      for (int y = 0; y < Math.min(height, phantom.height()); y++) {
        System.arraycopy(
            phantom.pixels(),
            y * phantom.width(),
            pixels,
            (i / 2 * height + y) * 2 * width + i % 2 * width,
            Math.min(width, phantom.width()));
      }
    }
    return new GrayscaleImage(2 * width, 2 * height, pixels);
  }
}
