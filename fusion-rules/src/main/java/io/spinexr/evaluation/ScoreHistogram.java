package io.spinexr.evaluation;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many normal and abnormal images have which probability, in bins of equal width over [0,1]. As
 * in scikit-learn's calibration curve a bin holds its upper edge, the first one 0, too.
 */
public record ScoreHistogram(List<Bin> bins) {
  /** Edges in [0,1], and the images whose probability lies between them. */
  public record Bin(double low, double high, List<ScoredLabel> samples) {
    public Bin {
      samples = List.copyOf(samples);
    }

    public long abnormal() {
      return samples.stream().filter(ScoredLabel::abnormal).count();
    }

    public long normal() {
      return samples.size() - abnormal();
    }
  }

  public ScoreHistogram {
    bins = List.copyOf(bins);
  }

  /**
   * @param bins at least 1
   */
  public static ScoreHistogram of(List<ScoredLabel> samples, int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("a histogram needs at least 1 bin, but got " + bins);
    }
    return new ScoreHistogram(
        IntStream.range(0, bins)
            .mapToObj(
                bin -> {
                  double low = edge(bin, bins);
                  double high = edge(bin + 1, bins);
                  return new Bin(
                      low,
                      high,
                      samples.stream()
                          .filter(s -> s.probability() <= high)
                          .filter(s -> s.probability() > low || bin == 0)
                          .toList());
                })
            .toList());
  }

  /** As {@code numpy.linspace(0, 1, bins + 1)} rounds it. */
  private static double edge(int index, int bins) {
    return index == bins ? 1 : index * (1.0 / bins);
  }
}
