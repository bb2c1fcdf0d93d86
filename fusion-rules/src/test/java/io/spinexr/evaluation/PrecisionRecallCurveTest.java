package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.PrecisionRecallCurve.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecisionRecallCurveTest {
  @Test
  void followsAHandWorkedExample() {
    PrecisionRecallCurve curve =
        PrecisionRecallCurve.of(
            List.of(
                new ScoredLabel(0.4, false),
                new ScoredLabel(0.9, true),
                new ScoredLabel(0.6, false),
                new ScoredLabel(0.4, true)));
    assertThat(curve.points())
        .containsExactly(new Point(0.9, 1, 0.5), new Point(0.6, 0.5, 0.5), new Point(0.4, 0.5, 1));
    assertThat(curve.averagePrecision()).isCloseTo(0.5 * 1 + 0.5 * 0.5, within(1e-12));
  }

  @Test
  void refusesSamplesOfWhichNoneIsAbnormal() {
    assertThatThrownBy(() -> PrecisionRecallCurve.of(List.of(new ScoredLabel(0.4, false))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("all 1 are normal");
  }
}
