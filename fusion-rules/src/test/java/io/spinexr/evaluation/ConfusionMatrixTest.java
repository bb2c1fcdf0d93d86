package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  private static final ConfusionMatrix MATRIX = new ConfusionMatrix(6, 3, 7, 2);

  @Test
  void countsAProbabilityAtTheThresholdAsAbnormal() {
    List<ScoredLabel> samples =
        List.of(
            new ScoredLabel(0.5, true),
            new ScoredLabel(0.9, true),
            new ScoredLabel(0.6, true),
            new ScoredLabel(0.5, false),
            new ScoredLabel(0.8, false),
            new ScoredLabel(0.49, true),
            new ScoredLabel(0.4, false),
            new ScoredLabel(0.3, false),
            new ScoredLabel(0.2, false),
            new ScoredLabel(0.1, false));
    assertThat(ConfusionMatrix.at(0.5, samples)).isEqualTo(new ConfusionMatrix(3, 2, 4, 1));
    assertThatThrownBy(() -> ConfusionMatrix.at(1.1, samples)).hasMessageContaining("threshold");
  }

  @Test
  void measuresAHandWorkedMatrix() {
    assertThat(MATRIX.sensitivity()).isEqualTo(6.0 / 8);
    assertThat(MATRIX.specificity()).isEqualTo(7.0 / 10);
    assertThat(MATRIX.f1()).isEqualTo(12.0 / 17);
  }

  @Test
  void knowsNoRatioWithoutADenominator() {
    ConfusionMatrix normalOnly = new ConfusionMatrix(0, 0, 5, 0);
    assertThat(normalOnly.sensitivity()).isNaN();
    assertThat(normalOnly.specificity()).isEqualTo(1);
  }

  @Test
  void knowsWhatShareOfThoseCalledAbnormalIs() {
    assertThat(new ConfusionMatrix(3, 1, 5, 7).precision()).isEqualTo(0.75);
    assertThat(new ConfusionMatrix(0, 0, 5, 7).precision()).isNaN();
  }
}
