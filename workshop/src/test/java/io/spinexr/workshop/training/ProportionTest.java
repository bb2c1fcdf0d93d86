package io.spinexr.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class ProportionTest {
  /** By hand, from Wilson's formula. */
  @Test
  void hasWilsonsInterval() {
    Proportion half = new Proportion(5, 10);
    assertThat(half.value()).isEqualTo(0.5);
    assertThat(half.low()).isCloseTo(0.236593, offset(1e-6));
    assertThat(half.high()).isCloseTo(0.763407, offset(1e-6));
    Proportion none = new Proportion(0, 300);
    assertThat(none.low()).isCloseTo(0, offset(1e-12));
    assertThat(none.high()).isCloseTo(0.012643, offset(1e-6));
    assertThat(new Proportion(10, 10).high()).isCloseTo(1, offset(1e-12));
  }
}
