package io.spinexr.evaluation;

import static java.util.Comparator.comparingDouble;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The figures of scikit-learn. Mutation tests leave it out: starting Python for each is slow. */
class ScikitLearnTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

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
    RocCurve.Point best = Collections.max(curve.points(), comparingDouble(RocCurve.Point::youden));
    ConfusionMatrix matrix = ConfusionMatrix.at(best.threshold(), samples);
    double[] actual = {
      curve.area(), best.threshold(), matrix.sensitivity(), matrix.specificity(), matrix.f1()
    };
    assertThat(actual).containsExactly(expected, within(1e-12));
  }

  private static double[] scikitLearn(List<ScoredLabel> samples) throws Exception {
    boolean present =
        Files.isExecutable(PYTHON)
            && new ProcessBuilder(PYTHON.toString(), "-c", "import sklearn").start().waitFor() == 0;
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(
          present, "needs Debian's python3-sklearn: apt-get install python3-sklearn");
    }
    Path script = Path.of(ScikitLearnTest.class.getResource("roc_by_scikit_learn.py").toURI());
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
