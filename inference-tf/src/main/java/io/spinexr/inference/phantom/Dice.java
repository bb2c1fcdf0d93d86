package io.spinexr.inference.phantom;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Random draws that are the same on every Java version: only {@link SplittableRandom#nextLong()}
 * and {@link SplittableRandom#split()}, whose algorithm is fixed, are used.
 */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    this(new SplittableRandom(seed));
  }

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Dice of their own, so that how often one subject draws does not change another subject. */
  Dice split() {
    return new Dice(random.split());
  }

  long bits() {
    return random.nextLong();
  }

  double uniform(double from, double to) {
    return from + (to - from) * ((bits() >>> 11) * 0x1p-53);
  }

  /** A whole number in {@code [from, to]}. */
  int between(int from, int to) {
    return from + (int) Math.floor(uniform(0, to - from + 1));
  }

  boolean chance(double probability) {
    return uniform(0, 1) < probability;
  }

  /** -1 or 1. */
  int side() {
    return chance(0.5) ? 1 : -1;
  }

  /** Near-normal, mean 0 and standard deviation 1: a centred binomial of 64 fair bits, dithered. */
  double normal() {
    long bits = bits();
    return (Long.bitCount(bits) - 32 + ((bits & 0xFF) - 127.5) / 256) / 4.01;
  }

  <T> T pick(List<T> choices) {
    return choices.get(between(0, choices.size() - 1));
  }
}
