package io.spinexr.workshop.benchmark.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  @Test
  void takesThePercentileByNearestRank() {
    List<Long> milliseconds =
        LongStream.rangeClosed(1, 200).map(n -> (201 - n) * 1_000_000).boxed().toList();
    Latencies latencies = Latencies.of(milliseconds, 3);
    assertThat(latencies.percentile(0.5)).isEqualTo(100);
    assertThat(latencies.percentile(0.99)).isEqualTo(198);
    assertThat(latencies.percentile(1)).isEqualTo(200);
    assertThat(latencies.row("all")).isEqualTo("| all | 200 | 3 | 100 | 190 | 198 | 200 |");
  }

  @Test
  void haveNoPercentileWithoutAnswers() {
    assertThat(Latencies.of(List.of(), 5).percentile(0.5)).isNaN();
  }
}
