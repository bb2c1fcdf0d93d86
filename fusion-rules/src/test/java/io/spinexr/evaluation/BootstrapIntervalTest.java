package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapIntervalTest {
  private static final List<ScoredLabel> SAMPLES =
      IntStream.range(0, 400).mapToObj(i -> new ScoredLabel(i % 4 == 0 ? 1 : 0, true)).toList();

  @Test
  void approachesTheNormalIntervalOfAShare() {
    // A share of 0.25 of 400: standard error sqrt(0.25 * 0.75 / 400) = 0.02165.
    BootstrapInterval interval =
        BootstrapInterval.of(SAMPLES, s -> ConfusionMatrix.at(0.5, s).sensitivity(), 4000, 1);
    assertThat(interval.low()).isCloseTo(0.25 - 1.96 * 0.02165, within(0.004));
    assertThat(interval.high()).isCloseTo(0.25 + 1.96 * 0.02165, within(0.004));
  }

  @Test
  void repeatsItselfWithTheSameSeed() {
    assertThat(BootstrapInterval.of(SAMPLES, s -> ConfusionMatrix.at(0.5, s).sensitivity(), 50, 3))
        .isEqualTo(
            BootstrapInterval.of(SAMPLES, s -> ConfusionMatrix.at(0.5, s).sensitivity(), 50, 3));
  }

  @Test
  void interpolatesBetweenTheClosestRanks() {
    // 0, 1, 4 ... 100: the 2.5th percentile is a quarter of the way from 0 to 1, the 97.5th three
    // quarters of the way from 81 to 100.
    AtomicInteger next = new AtomicInteger(10);
    BootstrapInterval interval =
        BootstrapInterval.of(SAMPLES, s -> Math.pow(next.getAndDecrement(), 2), 11, 1);
    assertThat(interval.low()).isCloseTo(0.25, within(1e-12));
    assertThat(interval.high()).isCloseTo(95.25, within(1e-12));
  }

  @Test
  void isOnePointWhenTheMetricExistsOnOneResample() {
    AtomicInteger next = new AtomicInteger();
    assertThat(
            BootstrapInterval.of(
                SAMPLES, s -> next.getAndIncrement() == 3 ? 0.7 : Double.NaN, 11, 1))
        .isEqualTo(new BootstrapInterval(0.7, 0.7));
  }

  @Test
  void refusesAMetricThatNeverExists() {
    assertThatThrownBy(
            () ->
                BootstrapInterval.of(SAMPLES, s -> ConfusionMatrix.at(0.5, s).specificity(), 10, 1))
        .hasMessageContaining("none of 10 resamples");
  }
}
