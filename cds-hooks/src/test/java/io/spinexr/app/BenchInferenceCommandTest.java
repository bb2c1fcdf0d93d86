package io.spinexr.app;

import static io.spinexr.app.CommandLineTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.CommandLineTest.Outcome;
import org.junit.jupiter.api.Test;

class BenchInferenceCommandTest {
  @Test
  void timesANetworkAndThePeak() {
    Outcome outcome =
        run("bench", "inference", "--networks", "densenet121", "--batch", 1, "--rounds", 1);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .startsWith("CPU (TensorFlow ")
        .containsPattern("densenet121 +1 +\\d+\\.\\d +- +- +- +- +-")
        .containsPattern("peak: \\d+\\.\\d GFLOP/s");
  }

  @Test
  void saysWhyADetectorHasNoBatchOfEight() {
    Outcome outcome =
        run("bench", "inference", "--networks", "efficientdet-d0", "--batch", 8, "--rounds", 1);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsPattern("efficientdet-d0 +8 +one image at a time");
  }

  @Test
  void timesClassifiersAsASet() {
    Outcome outcome =
        run(
            "bench",
            "inference",
            "--networks",
            "densenet121,densenet169",
            "--batch",
            1,
            "--rounds",
            1);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern(
            "set of densenet121, densenet169, with resizing: \\d+\\.\\d ms per image;"
                + " the sum of its parts: \\d+\\.\\d, \\d\\.\\d\\dx");
  }

  @Test
  void saysThatPythonIsMissing() {
    Outcome outcome = run("bench", "inference", "--pytorch", "--python", "/no/such/python");
    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.err()).contains("/no/such/python cannot be run");
  }

  @Test
  void namesWhatIsNoNetworkAndNoBatch() {
    assertThat(run("bench", "inference", "--networks", "vgg16").err())
        .contains("vgg16", "densenet121");
    assertThat(run("bench", "inference", "--batch", 0).err()).contains("must be at least 1");
    assertThat(run("bench", "inference", "--onnx").err()).contains("--pytorch");
  }
}
