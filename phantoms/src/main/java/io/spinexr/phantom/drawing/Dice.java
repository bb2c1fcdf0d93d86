package io.spinexr.phantom.drawing;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Random draws that are the same on every Java version: only {@link SplittableRandom#nextLong()}
 * and {@link SplittableRandom#split()}, whose algorithm is fixed, are used.
 */
public final class Dice {
  private final SplittableRandom random;

  public Dice(long seed) {
    this(new SplittableRandom(seed));
  }

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Dice of their own, so that how often one subject draws does not change another subject. */
  public Dice split() {
    return new Dice(random.split());
  }

  public long bits() {
    return random.nextLong();
  }

  public double uniform(double from, double to) {
    return from + (to - from) * ((bits() >>> 11) * 0x1p-53);
  }

  /** A whole number in {@code [from, to]}. */
  public int between(int from, int to) {
    return from + (int) Math.floor(uniform(0, to - from + 1));
  }

  public boolean chance(double probability) {
    return uniform(0, 1) < probability;
  }

  /** -1 or 1. */
  public int side() {
    return chance(0.5) ? 1 : -1;
  }

  /** Near-normal, mean 0 and standard deviation 1: a centred binomial of 64 fair bits, dithered. */
  public double normal() {
    long bits = bits();
    return (Long.bitCount(bits) - 32 + ((bits & 0xFF) - 127.5) / 256) / 4.01;
  }

  public <T> T pick(List<T> choices) {
    return choices.get(between(0, choices.size() - 1));
  }
}
