package io.spinexr.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.ScoredLabel;
import java.util.List;
import org.junit.jupiter.api.Test;

class McNemarTest {
  @Test
  void countsImagesWhereOnlyOneIsRight() {
    List<ScoredLabel> first =
        List.of(
            new ScoredLabel(0.5, true),
            new ScoredLabel(0.4, false),
            new ScoredLabel(0.5, false),
            new ScoredLabel(0.4, true),
            new ScoredLabel(0.9, true));
    List<ScoredLabel> second =
        List.of(
            new ScoredLabel(0.2, true),
            new ScoredLabel(0.3, false),
            new ScoredLabel(0.2, false),
            new ScoredLabel(0.1, true),
            new ScoredLabel(0.2, true));
    assertThat(McNemar.of(first, 0.5, second, 0.3)).isEqualTo(new McNemar(3, 1));
    assertThatThrownBy(() -> McNemar.of(first, 0.5, first.subList(0, 2), 0.5))
        .hasMessageContaining("got 5 and 2");
  }

  @Test
  void isExactForFewImages() {
    assertThat(new McNemar(0, 0).pValue()).isEqualTo(1);
    assertThat(new McNemar(3, 3).pValue()).isEqualTo(1);
    assertThat(new McNemar(0, 5).pValue()).isEqualTo(2 / 32.0);
    // 2 (1 + 8 + 28) / 2^8
    assertThat(new McNemar(6, 2).pValue()).isCloseTo(74 / 256.0, within(1e-12));
    // scipy.stats.binomtest(7, 24).pvalue
    assertThat(new McNemar(17, 7).pValue()).isCloseTo(0.06391465663909912, within(1e-12));
  }

  @Test
  void takesChiSquaredWithContinuityCorrectionForMany() {
    // scipy.stats.chi2.sf((18 - 7 - 1) ** 2 / 25, 1)
    assertThat(new McNemar(7, 18).pValue()).isCloseTo(0.04550026389635857, within(1e-12));
    assertThat(new McNemar(13, 13).pValue()).isEqualTo(1);
  }
}
