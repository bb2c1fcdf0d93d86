package io.spinexr.workshop.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChosenThresholdTest {
  private static final List<OperatingPoint> RULES =
      List.of(
          new OperatingPoint.Youden(),
          new OperatingPoint.Sensitivity(0.9),
          new OperatingPoint.Specificity(0.6));

  @Test
  void onAResampleItIsThatOfTheImagesWrittenOut() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      List<ScoredLabel> samples = new ArrayList<>();
      List<ScoredLabel> written = new ArrayList<>();
      int[] counts = new int[20];
      for (int i = 0; i < counts.length; i++) {
        // Few values, so that many are tied.
        samples.add(new ScoredLabel(random.nextInt(8) / 8.0, i % 2 == 0));
        counts[i] = i < 2 ? 1 : random.nextInt(3);
        written.addAll(Collections.nCopies(counts[i], samples.get(i)));
      }
      for (OperatingPoint rule : RULES) {
        double expected;
        try {
          expected = rule.on(RocCurve.of(written)).threshold();
        } catch (IllegalArgumentException e) {
          expected = Double.NaN;
        }
        assertThat(new ResampledThreshold(samples, rule).on(counts)).containsExactly(expected);
      }
    }
  }

  @Test
  void aResampleOfOneClassHasNone() {
    List<ScoredLabel> samples = List.of(new ScoredLabel(0.5, true), new ScoredLabel(0.2, false));
    for (OperatingPoint rule : RULES) {
      assertThat(new ResampledThreshold(samples, rule).on(new int[] {2, 0}))
          .containsExactly(Double.NaN);
    }
  }

  @Test
  void raisesTheLastNumberOfAVersion() {
    assertThat(NewVersion.after("1.0.0")).isEqualTo("1.0.1");
    assertThat(NewVersion.after("2024-9")).isEqualTo("2024-10");
    assertThat(NewVersion.after("site")).isEqualTo("site.1");
  }

  @Test
  void demandsAreShares() {
    assertThatThrownBy(() -> new OperatingPoint.Specificity(1.1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
