package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import io.spinexr.inference.ReferencePython;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  /** In a VM of its own, because its class path is what counts. */
  @Test
  void leavesOnnxRuntimeOutWhereItIsNotInstalled() throws IOException, InterruptedException {
    ReferencePython.require("torchvision");
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("onnxruntime"))
            .collect(Collectors.joining(File.pathSeparator));
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                classPath,
                Workshop.class.getName(),
                "bench",
                "inference",
                "--networks=densenet121",
                "--batch=1",
                "--rounds=1",
                "--pytorch",
                "--onnx")
            .redirectErrorStream(true)
            .start();
    String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(program.waitFor()).as(printed).isZero();
    assertThat(printed)
        .containsOnlyOnce("ONNX Runtime is left out because it is not installed")
        .containsPattern("densenet121 +1 +\\d+\\.\\d +\\d+\\.\\d +\\d+\\.\\d\\dx +- +- +\\d+ %");
  }

  @Test
  void namesWhatIsNoNetworkAndNoBatch() {
    assertThat(run("bench", "inference", "--networks", "vgg16").err())
        .contains("vgg16", "densenet121");
    assertThat(run("bench", "inference", "--batch", 0).err()).contains("must be at least 1");
    assertThat(run("bench", "inference", "--onnx").err()).contains("--pytorch");
  }
}
