package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapIntervalTest {
  @Test
  void interpolatesBetweenTheClosestRanksInAnyOrder() {
    // 0, 1, 4 ... 100: the 2.5th percentile is a quarter of the way from 0 to 1, the 97.5th three
    // quarters of the way from 81 to 100.
    BootstrapInterval interval =
        BootstrapInterval.of(
            IntStream.rangeClosed(0, 10).mapToDouble(i -> (10 - i) * (10 - i)).toArray());
    assertThat(interval.low()).isCloseTo(0.25, within(1e-12));
    assertThat(interval.high()).isCloseTo(95.25, within(1e-12));
  }

  @Test
  void isOnePointWhenTheMetricExistsOnOneResample() {
    double[] values = new double[11];
    Arrays.fill(values, Double.NaN);
    values[3] = 0.7;
    assertThat(BootstrapInterval.of(values)).isEqualTo(new BootstrapInterval(0.7, 0.7));
  }

  @Test
  void refusesAMetricThatNeverExists() {
    double[] values = new double[10];
    Arrays.fill(values, Double.NaN);
    assertThatThrownBy(() -> BootstrapInterval.of(values))
        .hasMessageContaining("none of 10 resamples");
  }
}
