package io.spinexr.evaluation.calibration;

import static io.spinexr.evaluation.calibration.CalibrationMap.Kind.ISOTONIC;
import static io.spinexr.evaluation.calibration.CalibrationMap.Kind.TEMPERATURE;
import static io.spinexr.evaluation.calibration.CalibrationMap.Kind.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static List<ScoredLabel> samples(double probability, int abnormal, int normal) {
    List<ScoredLabel> samples =
        new ArrayList<>(Collections.nCopies(abnormal, new ScoredLabel(probability, true)));
    samples.addAll(Collections.nCopies(normal, new ScoredLabel(probability, false)));
    return samples;
  }

  private static List<ScoredLabel> both(List<ScoredLabel> first, List<ScoredLabel> second) {
    List<ScoredLabel> samples = new ArrayList<>(first);
    samples.addAll(second);
    return samples;
  }

  /** Images that are abnormal as often as a function of what the classifier says. */
  private static List<ScoredLabel> drawn(int count, DoubleUnaryOperator truth) {
    SplittableRandom random = new SplittableRandom(11);
    return random
        .doubles(count)
        .mapToObj(p -> new ScoredLabel(p, random.nextDouble() < truth.applyAsDouble(p)))
        .toList();
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  @Test
  void drawsTheCurveOfBinsThatHaveImages() {
    CalibrationCurve curve =
        CalibrationCurve.of(
            both(both(samples(0.1, 1, 3), samples(0.2, 0, 2)), samples(0.9, 3, 1)), 4);
    assertThat(curve.points()).hasSize(2);
    CalibrationCurve.Point low = curve.points().get(0);
    assertThat(low.low()).isZero();
    assertThat(low.high()).isEqualTo(0.25);
    assertThat(low.images()).isEqualTo(6);
    assertThat(low.probability()).isCloseTo(0.8 / 6, within(1e-12));
    assertThat(low.abnormal()).isEqualTo(1 / 6.0);
    assertThat(curve.points().get(1)).isEqualTo(new CalibrationCurve.Point(0.75, 1, 4, 0.9, 0.75));
    // (6 * 0.2/6 + 4 * 0.15) / 10
    assertThat(curve.expectedError()).isCloseTo(0.08, within(1e-12));
    assertThat(CalibrationCurve.of(List.of(), 4).expectedError()).isNaN();
  }

  @Test
  void punishesTheDistanceFromTheTruth() {
    List<ScoredLabel> samples = List.of(new ScoredLabel(0.8, true), new ScoredLabel(0.4, false));
    assertThat(Loss.brier(samples)).isCloseTo((0.04 + 0.16) / 2, within(1e-12));
    assertThat(Loss.log(samples)).isCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, within(1e-12));
    assertThat(Loss.log(List.of(new ScoredLabel(0, true))))
        .isCloseTo(52 * Math.log(2), within(1e-12));
    assertThat(Loss.log(List.of(new ScoredLabel(1, true)))).isZero();
    assertThat(Loss.brier(List.of())).isNaN();
  }

  @Test
  void findsTheTemperatureThatMakesOneProbabilityTrue() {
    // Of those with 0.9, 75 % are abnormal: logit(0.9) / T = logit(0.75).
    double temperature = logit(0.9) / logit(0.75);
    CalibrationMap map = TEMPERATURE.fit(samples(0.9, 3, 1));
    assertThat(map).isInstanceOf(Temperature.class);
    assertThat(((Temperature) map).temperature()).isCloseTo(temperature, within(1e-9));
    assertThat(map.apply(0.9)).isCloseTo(0.75, within(1e-9));
    assertThat(map.apply(0.1)).isCloseTo(0.25, within(1e-9));
    assertThat(map.apply(0.5)).isEqualTo(0.5);
    assertThat(map.apply(samples(0.9, 1, 0)).get(0).probability()).isCloseTo(0.75, within(1e-9));
    assertThat(new Temperature(2).apply(0)).isZero();
    assertThat(new Temperature(2).apply(1)).isEqualTo(1);
  }

  @Test
  void keepsTemperaturesWithinBounds() {
    // Perfect order asks for none, wrong order for an endless one.
    assertThat(TEMPERATURE.fit(both(samples(0.9, 1, 0), samples(0.1, 0, 1))))
        .isEqualTo(new Temperature(0.01));
    assertThat(((Temperature) TEMPERATURE.fit(samples(0.9, 0, 1))).temperature())
        .isCloseTo(100, within(1e-9));
    assertThatThrownBy(() -> new Temperature(0)).hasMessageContaining("above 0, but is 0");
    assertThatThrownBy(() -> new Temperature(Double.POSITIVE_INFINITY))
        .hasMessageContaining("Infinity");
  }

  @Test
  void poolsNeighboursThatAreOutOfOrder() {
    // 0.2: none, 0.4: all, 0.6: half, 0.8: all. The middle two pool to 2 of 3.
    List<ScoredLabel> samples =
        both(
            both(samples(0.8, 2, 0), samples(0.6, 1, 1)),
            both(samples(0.4, 1, 0), samples(0.2, 0, 1)));
    CalibrationMap map = ISOTONIC.fit(samples);
    double pooled = 2 / 3.0;
    assertThat(map)
        .isEqualTo(
            new Isotonic(
                List.of(
                    new Isotonic.Point(0.2, 0),
                    new Isotonic.Point(0.4, pooled),
                    new Isotonic.Point(0.6, pooled),
                    new Isotonic.Point(0.8, 1))));
    assertThat(map.apply(0)).isZero();
    assertThat(map.apply(0.2)).isZero();
    assertThat(map.apply(0.3)).isCloseTo(pooled / 2, within(1e-12));
    assertThat(map.apply(0.45)).isEqualTo(pooled);
    assertThat(map.apply(0.65)).isCloseTo(pooled + 0.25 / 3, within(1e-12));
    assertThat(map.apply(0.9)).isEqualTo(1);
  }

  @Test
  void refusesPointsThatDoNotRise() {
    Isotonic.Point middle = new Isotonic.Point(0.5, 0.5);
    assertThatThrownBy(() -> new Isotonic(List.of())).hasMessageContaining("needs points");
    assertThatThrownBy(() -> new Isotonic(List.of(middle, middle)))
        .hasMessageContaining("must rise");
    assertThatThrownBy(() -> new Isotonic(List.of(middle, new Isotonic.Point(0.6, 0.4))))
        .hasMessageContaining("must rise");
    assertThatThrownBy(() -> new Isotonic.Point(0.5, 1.5)).hasMessageContaining("calibrated must");
    assertThatThrownBy(() -> new Isotonic.Point(-1, 0.5)).hasMessageContaining("probability must");
  }

  @Test
  void aTemperatureLeavesTheAurocAlone() {
    // Also of images that a classifier is very sure of.
    List<ScoredLabel> samples =
        drawn(500, p -> p).stream()
            .map(s -> new ScoredLabel(Math.pow(s.probability(), 30), s.abnormal()))
            .toList();
    for (double temperature : new double[] {0.5, 1.7, 30}) {
      assertThat(RocCurve.of(new Temperature(temperature).apply(samples)).area())
          .isEqualTo(RocCurve.of(samples).area());
    }
  }

  @Property
  void anIsotonicMapStaysBetweenItsPoints(
      @ForAll @DoubleRange(min = 0, max = 1) double probability,
      @ForAll @DoubleRange(min = 0, max = 0.5) double low,
      @ForAll @DoubleRange(min = 0, max = 1) double calibrated) {
    Isotonic map =
        new Isotonic(
            List.of(new Isotonic.Point(low, calibrated), new Isotonic.Point(0.5 + low, 1)));
    assertThat(map.apply(probability)).isBetween(calibrated, 1.0);
    assertThat(map.apply(0.5 + low)).isEqualTo(1);
  }

  @Property
  void neverChangesTheOrderOfImages(
      @ForAll @DoubleRange(min = 0, max = 1) double first,
      @ForAll @DoubleRange(min = 0, max = 1) double second) {
    List<ScoredLabel> samples = drawn(100, p -> p * p);
    for (CalibrationMap.Kind kind : CalibrationMap.Kind.values()) {
      CalibrationMap map = kind.fit(samples);
      assertThat(map.apply(Math.min(first, second)))
          .isLessThanOrEqualTo(map.apply(Math.max(first, second)));
    }
  }

  private static CalibrationChoice choice(List<ScoredLabel> samples, int folds) {
    return CalibrationChoice.of(
        samples,
        IntStream.range(0, samples.size()).mapToObj(i -> "study " + i / 2).toList(),
        folds,
        1);
  }

  @Test
  void leavesAloneWhatIsTrueAlready() {
    CalibrationChoice choice = choice(drawn(400, p -> p), 5);
    assertThat(choice.map()).isEqualTo(new CalibrationMap.Unchanged());
    assertThat(choice.heldOutLoss()).containsOnlyKeys(UNCHANGED, TEMPERATURE, ISOTONIC);
    assertThat(choice.heldOutLoss().get(UNCHANGED))
        .isCloseTo(Loss.log(drawn(400, p -> p)), within(1e-12));
  }

  @Test
  void coolsOrHeatsWhatIsUnsureOrTooSure() {
    CalibrationChoice choice = choice(drawn(2000, p -> 1 / (1 + Math.exp(-logit(p) / 3))), 5);
    assertThat(choice.map()).isInstanceOf(Temperature.class);
    assertThat(((Temperature) choice.map()).temperature()).isCloseTo(3, within(0.5));
    assertThat(choice.heldOutLoss().get(TEMPERATURE))
        .isLessThan(choice.heldOutLoss().get(UNCHANGED));
  }

  @Test
  void bendsWhatNoTemperatureStraightens() {
    // One half never stays one half.
    CalibrationChoice choice = choice(drawn(2000, p -> p < 0.7 ? 0.1 : 0.6), 5);
    assertThat(choice.map()).isEqualTo(ISOTONIC.fit(drawn(2000, p -> p < 0.7 ? 0.1 : 0.6)));
  }

  @Test
  void triesOnStudiesThatItDidNotSee() {
    // Two studies of many like images: who fits on the other one always says the opposite.
    List<ScoredLabel> samples = both(samples(0.9, 10, 0), samples(0.9, 0, 10));
    List<String> studies =
        IntStream.range(0, 20).mapToObj(i -> i < 10 ? "abnormal" : "normal").toList();
    CalibrationChoice choice = CalibrationChoice.of(samples, studies, 2, 1);
    assertThat(choice.heldOutLoss().get(ISOTONIC)).isCloseTo(52 * Math.log(2), within(1e-12));
  }

  @Test
  void drawsFoldsByTheSeed() {
    List<ScoredLabel> samples = drawn(40, p -> p);
    List<String> studies = IntStream.range(0, 40).mapToObj(Integer::toString).toList();
    CalibrationChoice first = CalibrationChoice.of(samples, studies, 4, 1);
    assertThat(CalibrationChoice.of(samples, studies, 4, 1)).isEqualTo(first);
    assertThat(CalibrationChoice.of(samples, studies, 4, 2).heldOutLoss())
        .isNotEqualTo(first.heldOutLoss());
  }

  @Test
  void needsStudiesForItsFolds() {
    assertThatThrownBy(() -> choice(drawn(8, p -> p), 5))
        .hasMessageContaining("5 folds of 4 studies");
    assertThatThrownBy(() -> choice(drawn(8, p -> p), 1)).hasMessageContaining("at least 2 folds");
    assertThat(choice(drawn(8, p -> p), 4).heldOutLoss()).hasSize(3);
    assertThatThrownBy(() -> CalibrationChoice.of(drawn(3, p -> p), List.of("a", "b"), 2, 1))
        .hasMessageContaining("3 images, 2 of them with a study");
    assertThatThrownBy(() -> TEMPERATURE.fit(List.of())).hasMessageContaining("needs images");
  }
}
