package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A Python script beside the tests that computes figures in its own way. */
final class ReferenceProgram {
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  private ReferenceProgram() {}

  /** Skips the test where scikit-learn, which brings numpy and scipy, is missing. */
  static void require() throws IOException, InterruptedException {
    boolean present =
        Files.isExecutable(PYTHON)
            && new ProcessBuilder(PYTHON.toString(), "-c", "import sklearn").start().waitFor() == 0;
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(
          present, "needs Debian's python3-sklearn: apt-get install python3-sklearn");
    }
  }

  /**
   * What it prints.
   *
   * @param cases one per line
   * @return the figures of each case
   */
  static List<double[]> figures(String script, List<String> cases) throws Exception {
    Path input = Files.createTempFile("cases", ".txt");
    try {
      Files.write(input, cases);
      Process process =
          new ProcessBuilder(
                  PYTHON.toString(),
                  Path.of(ReferenceProgram.class.getResource(script).toURI()).toString())
              .redirectInput(input.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      List<double[]> figures = output.lines().map(ReferenceProgram::numbers).toList();
      assertThat(figures).hasSameSizeAs(cases);
      return figures;
    } finally {
      Files.delete(input);
    }
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" "))
        .mapToDouble(word -> word.equals("nan") ? Double.NaN : Double.parseDouble(word))
        .toArray();
  }
}
