package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RocCurveTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  private static List<ScoredLabel> samples(double[] abnormal, double[] normal) {
    return Stream.concat(
            Arrays.stream(abnormal).mapToObj(p -> new ScoredLabel(p, true)),
            Arrays.stream(normal).mapToObj(p -> new ScoredLabel(p, false)))
        .toList();
  }

  @Test
  void findsAreaAndThresholdOfAHandWorkedExample() {
    // Of the 9 pairs 7 are in order and one is tied: 7.5 / 9.
    RocCurve curve =
        RocCurve.of(samples(new double[] {0.9, 0.8, 0.4}, new double[] {0.6, 0.4, 0.1}));
    assertThat(curve.area()).isCloseTo(7.5 / 9, within(1e-12));
    assertThat(curve.youdenOptimum().threshold()).isEqualTo(0.8);
    assertThat(curve.youdenOptimum().sensitivity()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(curve.youdenOptimum().specificity()).isEqualTo(1);
  }

  @Test
  void prefersTheHighestOfEquallyGoodThresholds() {
    // J is 1/2 at 0.9 (1/2, 1) and at 0.4 (1, 1/2).
    RocCurve curve = RocCurve.of(samples(new double[] {0.9, 0.4}, new double[] {0.6, 0.1}));
    assertThat(curve.youdenOptimum().threshold()).isEqualTo(0.9);
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

  @Test
  void agreesWithScikitLearn() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<ScoredLabel> samples =
        Stream.generate(
                () -> {
                  boolean abnormal = random.nextInt(3) == 0;
                  double p = random.nextDouble() * 0.7 + (abnormal ? 0.3 : 0);
                  return new ScoredLabel(Math.round(p * 200) / 200.0, abnormal);
                })
            .limit(500)
            .toList();
    double[] expected = scikitLearn(samples);
    RocCurve curve = RocCurve.of(samples);
    RocCurve.Point best = curve.youdenOptimum();
    ConfusionMatrix matrix = ConfusionMatrix.at(best.threshold(), samples);
    double[] actual = {
      curve.area(),
      best.threshold(),
      matrix.sensitivity(),
      matrix.specificity(),
      matrix.f1(),
      matrix.precision()
    };
    assertThat(actual).containsExactly(expected, within(1e-12));
  }

  private static double[] scikitLearn(List<ScoredLabel> samples) throws Exception {
    boolean present =
        Files.isExecutable(PYTHON)
            && new ProcessBuilder(PYTHON.toString(), "-c", "import sklearn").start().waitFor() == 0;
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(present, "needs Debian's python3-sklearn");
    }
    Path script = Path.of(RocCurveTest.class.getResource("roc_by_scikit_learn.py").toURI());
    Process process =
        new ProcessBuilder(PYTHON.toString(), script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var input = process.getOutputStream()) {
      input.write(
          samples.stream()
              .map(s -> s.probability() + " " + (s.abnormal() ? 1 : 0))
              .collect(Collectors.joining("\n"))
              .getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Arrays.stream(output.trim().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }
}
