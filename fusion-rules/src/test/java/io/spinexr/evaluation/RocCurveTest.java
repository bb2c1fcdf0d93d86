package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
    RocCurve.Point best = curve.youdenPoint();
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

  @Test
  void takesTheHighestOfThresholdsThatAreEquallyGood() {
    // J is 1/2 at 0.9 and at 0.3.
    RocCurve curve = RocCurve.of(samples(new double[] {0.9, 0.3}, new double[] {0.5, 0.1, 0.1, 0}));
    assertThat(curve.youdenPoint())
        .isEqualTo(new RocCurve.Point(0.3, 1, 0.25))
        .extracting(RocCurve.Point::youden)
        .isEqualTo(0.75);
    RocCurve tied = RocCurve.of(samples(new double[] {0.9, 0.3}, new double[] {0.5, 0.1}));
    assertThat(tied.youdenPoint()).isEqualTo(new RocCurve.Point(0.9, 0.5, 0));
  }

  @Test
  void takesTheSurestImageWhereNoThresholdIsBetterThanChance() {
    RocCurve curve = RocCurve.of(samples(new double[] {0.4, 0.4}, new double[] {0.4}));
    assertThat(curve.youdenPoint()).isEqualTo(new RocCurve.Point(0.4, 1, 1));
  }

  @Test
  void findsThresholdsOfARequiredSensitivityOrSpecificity() {
    RocCurve curve =
        RocCurve.of(samples(new double[] {0.9, 0.8, 0.4, 0.2}, new double[] {0.6, 0.4, 0.1, 0}));
    assertThat(curve.pointOfSensitivity(0).threshold()).isEqualTo(0.9);
    assertThat(curve.pointOfSensitivity(0.5).threshold()).isEqualTo(0.8);
    assertThat(curve.pointOfSensitivity(0.51).threshold()).isEqualTo(0.4);
    assertThat(curve.pointOfSensitivity(1).threshold()).isEqualTo(0.2);
    assertThat(curve.pointOfSpecificity(1).threshold()).isEqualTo(0.8);
    assertThat(curve.pointOfSpecificity(0.75).threshold()).isEqualTo(0.6);
    assertThat(curve.pointOfSpecificity(0.5).threshold()).isEqualTo(0.2);
    assertThat(curve.pointOfSpecificity(0).threshold()).isEqualTo(0);
    assertThatThrownBy(() -> curve.pointOfSensitivity(1.1))
        .hasMessageContaining("the required sensitivity must be in [0,1]");
    assertThatThrownBy(() -> curve.pointOfSpecificity(Double.NaN))
        .hasMessageContaining("the required specificity must be in [0,1]");
  }

  @Test
  void namesTheHighestSpecificityWhereTheRequiredOneIsOutOfReach() {
    RocCurve curve = RocCurve.of(samples(new double[] {0.2}, new double[] {0.9, 0.1}));
    assertThatThrownBy(() -> curve.pointOfSpecificity(0.8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no threshold reaches a specificity of 0.8; the highest one, 0.9, has 0.5");
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
