package io.spinexr.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.evaluation.BootstrapInterval;
import org.junit.jupiter.api.Test;

class NonInferiorityTest {
  private static NonInferiority of(double low, double margin) {
    return new NonInferiority(new BootstrapInterval(low, 0.1), margin);
  }

  @Test
  void isShownOnlyIfTheWholeIntervalLiesWithinTheMargin() {
    assertThat(of(-0.019, 0.02).shown()).isTrue();
    assertThat(of(-0.02, 0.02).shown()).isFalse();
    assertThat(of(0.001, 0).shown()).isTrue();
    assertThat(of(0, 0).shown()).isFalse();
    assertThat(of(0.001, 0.02).superior()).isTrue();
    assertThat(of(0, 0.02).superior()).isFalse();
  }

  @Test
  void needsAMargin() {
    assertThatThrownBy(() -> of(0, -0.01)).hasMessageContaining("at least 0, but is -0.01");
    assertThatThrownBy(() -> of(0, Double.NaN)).hasMessageContaining("NaN");
  }
}
