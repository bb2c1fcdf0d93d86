package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class BenchEvaluateCommandTest {
  @Test
  void timesIntervalsBesidePython() throws Exception {
    Path python = Path.of("/usr/bin/python3");
    boolean present =
        Files.isExecutable(python)
            && new ProcessBuilder(python.toString(), "-c", "import sklearn").start().waitFor() == 0;
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(
          present, "needs Debian's python3-sklearn: apt-get install python3-sklearn");
    }

    Outcome outcome =
        run("bench", "evaluate", "--images", 300, "--resamples", 50, "--detector-resamples", 5);

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern(
            "AUROC, F1, sensitivity, specificity, 50 resamples (\\| \\d+(\\.\\d+)? ){3}\\|")
        .containsPattern("AP of each type and mAP, 5 resamples (\\| \\d+(\\.\\d+)? ){3}\\|");
  }

  @Test
  void namesImpossibleNumbers() {
    assertThat(run("bench", "evaluate", "--images", 199).err())
        .contains("--images must be at least 200");
  }
}
