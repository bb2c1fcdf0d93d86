package io.spinexr.evaluation;

import static java.util.Comparator.comparingDouble;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RocCurveTest {
  private static List<ScoredLabel> samples(double[] abnormal, double[] normal) {
    return Stream.concat(
            Arrays.stream(abnormal).mapToObj(p -> new ScoredLabel(p, true)),
            Arrays.stream(normal).mapToObj(p -> new ScoredLabel(p, false)))
        .toList();
  }

  @Test
  void findsAreaAndPointsOfAHandWorkedExample() {
    // Of the 9 pairs 7 are in order and one is tied: 7.5 / 9.
    RocCurve curve =
        RocCurve.of(samples(new double[] {0.9, 0.8, 0.4}, new double[] {0.6, 0.4, 0.1}));
    assertThat(curve.area()).isCloseTo(7.5 / 9, within(1e-12));
    RocCurve.Point best = Collections.max(curve.points(), comparingDouble(RocCurve.Point::youden));
    assertThat(best.threshold()).isEqualTo(0.8);
    assertThat(best.youden()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(best.sensitivity()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(best.specificity()).isEqualTo(1);
  }

  @Test
  void refusesSamplesOfOneClass() {
    assertThatThrownBy(() -> RocCurve.of(samples(new double[] {0.2, 0.3}, new double[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 normal and 2 abnormal");
  }

  @Property
  void areaIsTheShareOfPairsInOrder(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1) Double> abnormal,
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1) Double> normal) {
    double ordered = 0;
    for (double a : abnormal) {
      for (double n : normal) {
        ordered += a > n ? 1 : a == n ? 0.5 : 0;
      }
    }
    RocCurve curve =
        RocCurve.of(
            samples(
                abnormal.stream().mapToDouble(Double::doubleValue).toArray(),
                normal.stream().mapToDouble(Double::doubleValue).toArray()));
    assertThat(curve.area()).isCloseTo(ordered / (abnormal.size() * normal.size()), within(1e-9));
  }
}
