package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.calibration.CalibrationCurve;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.evaluation.calibration.Loss;
import io.spinexr.evaluation.calibration.Temperature;
import io.spinexr.evaluation.comparison.DeLong;
import io.spinexr.evaluation.comparison.McNemar;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The figures of scikit-learn. Mutation tests leave it out: starting Python for each is slow. */
class ScikitLearnTest {
  private static final double TOLERANCE = 1e-9;

  /** Two classifiers on the same images. */
  private record Case(double threshold, List<ScoredLabel> first, List<ScoredLabel> second) {
    String line() {
      return threshold
          + IntStream.range(0, first.size())
              .mapToObj(
                  i ->
                      " %s %s %d"
                          .formatted(
                              first.get(i).probability(),
                              second.get(i).probability(),
                              first.get(i).abnormal() ? 1 : 0))
              .collect(Collectors.joining());
    }

    /** In the order of {@code classifier_figures.py}. */
    double[] figures() {
      List<Double> figures = new ArrayList<>();
      ConfusionMatrix matrix = ConfusionMatrix.at(threshold, first);
      figures.add(matrix.f1());
      figures.add(matrix.sensitivity());
      figures.add(matrix.specificity());
      figures.add(matrix.precision());
      figures.add(Loss.brier(first));
      figures.add(Loss.log(first));
      figures.add(CalibrationCurve.of(first, CalibrationCurve.BINS).expectedError());
      CalibrationMap isotonic = CalibrationMap.Kind.ISOTONIC.fit(first);
      for (int i = 0; i <= 10; i++) {
        figures.add(isotonic.apply(i * 0.1));
      }
      figures.add(((Temperature) CalibrationMap.Kind.TEMPERATURE.fit(first)).temperature());
      DeLong delong = DeLong.of(first, second);
      figures.addAll(
          List.of(
              delong.first(),
              delong.second(),
              delong.firstVariance(),
              delong.secondVariance(),
              delong.covariance(),
              delong.pValue()));
      figures.add(McNemar.of(first, threshold, second, threshold).pValue());
      RocCurve roc = RocCurve.of(first);
      RocCurve.Point best = roc.youdenPoint();
      figures.addAll(
          List.of(roc.area(), best.threshold(), best.sensitivity(), best.falsePositiveRate()));
      PrecisionRecallCurve recall = PrecisionRecallCurve.of(first);
      figures.add(recall.averagePrecision());
      add(figures, roc.points(), RocCurve.Point::threshold);
      add(figures, roc.points(), RocCurve.Point::sensitivity);
      add(figures, roc.points(), RocCurve.Point::falsePositiveRate);
      add(figures, recall.points(), PrecisionRecallCurve.Point::precision);
      add(figures, recall.points(), PrecisionRecallCurve.Point::recall);
      return figures.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static <T> void add(List<Double> figures, List<T> points, ToDoubleFunction<T> part) {
      points.forEach(point -> figures.add(part.applyAsDouble(point)));
    }
  }

  /** Of one kind of probabilities; two images at least are normal, and two abnormal. */
  private static Case draw(SplittableRandom random, int kind, int images) {
    DoubleSupplier probability =
        switch (kind) {
          case 0 -> random::nextDouble;
          case 1 -> () -> random.nextInt(201) / 200.0;
          case 2 -> () -> random.nextInt(6) / 5.0;
          case 3 -> () -> 0.37 + random.nextInt(50) * 1e-10;
          case 4 -> () -> random.nextInt(2);
          default -> () -> 0.25;
        };
    List<ScoredLabel> first = new ArrayList<>();
    List<ScoredLabel> second = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      double p = probability.getAsDouble();
      boolean abnormal = i < 4 ? i < 2 : random.nextDouble() < (0.2 + p) / 1.5;
      first.add(new ScoredLabel(p, abnormal));
      second.add(new ScoredLabel(random.nextInt(3) == 0 ? probability.getAsDouble() : p, abnormal));
    }
    return new Case(random.nextInt(3) == 0 ? first.get(0).probability() : 0.4, first, second);
  }

  @Test
  void agreesWithScikitLearn() throws Exception {
    ReferenceProgram.require();
    SplittableRandom random = new SplittableRandom(7);
    List<Case> cases =
        IntStream.range(0, 300)
            .mapToObj(i -> draw(random, i % 6, random.nextInt(4, i < 250 ? 40 : 500)))
            .toList();
    List<double[]> expected =
        ReferenceProgram.figures("classifier_figures.py", cases.stream().map(Case::line).toList());
    for (int i = 0; i < cases.size(); i++) {
      assertThat(cases.get(i).figures())
          .as(cases.get(i).line())
          .containsExactly(expected.get(i), within(TOLERANCE));
    }
  }
}
