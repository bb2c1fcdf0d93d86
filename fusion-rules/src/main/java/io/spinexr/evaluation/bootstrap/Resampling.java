package io.spinexr.evaluation.bootstrap;

import io.spinexr.cores.Cores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Which images each resample has, drawn with replacement. The same seed gives the same resamples,
 * whatever is measured on them and on however many processors.
 */
public final class Resampling {
  /** Per image, the unit that it is drawn with. */
  private final int[] unit;

  private final int units;
  private final long[] seeds;

  private Resampling(int[] unit, int units, int resamples, long seed) {
    if (units < 1 || resamples < 1) {
      throw new IllegalArgumentException(
          "a bootstrap needs images and resamples, but got %d images and %d resamples"
              .formatted(unit.length, resamples));
    }
    this.unit = unit;
    this.units = units;
    this.seeds = new SplittableRandom(seed).longs(resamples).toArray();
  }

  /**
   * Images are drawn one by one, as many as there are.
   *
   * @param images at least 1
   * @param resamples at least 1; the paper has 10,000
   */
  public static Resampling ofImages(int images, int resamples, long seed) {
    return new Resampling(IntStream.range(0, images).toArray(), images, resamples, seed);
  }

  /**
   * Studies are drawn, as many as there are, with all of their images, which are alike.
   *
   * @param studies the study of each image
   * @param resamples at least 1
   */
  public static Resampling ofStudies(List<String> studies, int resamples, long seed) {
    Map<String, Integer> numbers = new HashMap<>();
    studies.forEach(study -> numbers.putIfAbsent(study, numbers.size()));
    int[] unit = studies.stream().mapToInt(numbers::get).toArray();
    return new Resampling(unit, numbers.size(), resamples, seed);
  }

  int images() {
    return unit.length;
  }

  /**
   * What a function says of each resample, in order.
   *
   * @param figures of how often each image is there; called by several threads at once
   */
  double[][] measure(Function<int[], double[]> figures) {
    double[][] measured = new double[seeds.length][];
    Cores.each(
        seeds.length, i -> measured[i] = figures.apply(counts(new SplittableRandom(seeds[i]))));
    return measured;
  }

  private int[] counts(SplittableRandom random) {
    int[] drawn = new int[units];
    for (int i = 0; i < units; i++) {
      drawn[random.nextInt(units)]++;
    }
    int[] counts = new int[unit.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = drawn[unit[i]];
    }
    return counts;
  }
}
