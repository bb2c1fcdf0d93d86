package io.spinexr.workshop.benchmark.service;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How long calls took.
 *
 * @param sorted nanoseconds, ascending
 * @param failures calls without an answer
 */
public record Latencies(List<Long> sorted, int failures) {
  public static Latencies of(Collection<Long> nanoseconds, int failures) {
    return new Latencies(nanoseconds.stream().sorted().toList(), failures);
  }

  /**
   * The smallest time that this share of the calls did not exceed, in milliseconds.
   *
   * @param share in (0, 1]
   */
  public double percentile(double share) {
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / 1e6;
  }

  String row(String name) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %.0f | %.0f | %.0f | %.0f |",
        name,
        sorted.size(),
        failures,
        percentile(0.5),
        percentile(0.95),
        percentile(0.99),
        percentile(1));
  }
}
