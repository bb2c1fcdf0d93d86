package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreHistogramTest {
  @Test
  void putsEveryImageIntoOneBin() {
    List<ScoreHistogram.Bin> bins =
        ScoreHistogram.of(
                List.of(
                    new ScoredLabel(0, false),
                    new ScoredLabel(0.25, true),
                    new ScoredLabel(0.3, false),
                    new ScoredLabel(0.5, false),
                    new ScoredLabel(0.51, true),
                    new ScoredLabel(1, true)),
                4)
            .bins();
    assertThat(bins).extracting(ScoreHistogram.Bin::low).containsExactly(0.0, 0.25, 0.5, 0.75);
    assertThat(bins).extracting(ScoreHistogram.Bin::high).containsExactly(0.25, 0.5, 0.75, 1.0);
    assertThat(bins).extracting(ScoreHistogram.Bin::normal).containsExactly(1L, 2L, 0L, 0L);
    assertThat(bins).extracting(ScoreHistogram.Bin::abnormal).containsExactly(1L, 0L, 1L, 1L);
  }

  @Test
  void needsABin() {
    assertThat(ScoreHistogram.of(List.of(new ScoredLabel(0.5, true)), 1).bins()).hasSize(1);
    assertThatThrownBy(() -> ScoreHistogram.of(List.of(), 0)).hasMessageContaining("but got 0");
  }
}
