package io.spinexr.workshop.benchmark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.ReferencePython;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.tensorflow.TensorFlowDevice;
import io.spinexr.workshop.benchmark.network.InferenceBenchmark.Timing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceBenchmarkTest {
  private static final TensorFlowDevice CPU = TensorFlowDevice.choose(DeviceOptions.cpu());
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  /** The multiply-adds of DenseNet-121 are the published 2.87e9 without the other 999 classes. */
  @ParameterizedTest
  @CsvSource({"densenet121, 2, 2.83e9", "efficientdet-d0, 1, 2.23e9"})
  void timesTheSameNetworkInAllPrograms(String architecture, int batch, double multiplications)
      throws Exception {
    ReferencePython.require("torchvision");
    List<Timing> timings = new ArrayList<>();
    try (InferenceBenchmark benchmark = new InferenceBenchmark(CPU, 1, Optional.of(PYTHON), true)) {
      benchmark.time(
          architecture, List.of(batch), (images, timing) -> timings.add(timing.orElseThrow()));
      Timing timing = timings.get(0);
      assertThat(timing.remarks()).isEmpty();
      assertThat(timing.pytorch()).isPresent();
      assertThat(timing.onnx()).isPresent();
      double seconds = timing.milliseconds() / 1e3;
      assertThat(timing.share().orElseThrow() * benchmark.peak() * seconds / 2)
          .isCloseTo(multiplications, withinPercentage(2));
    }
  }

  @Test
  void saysThatTwoProgramsDoNotComputeTheSame() {
    ModelOutput ours = classification(0.2);
    assertThat(InferenceBenchmark.remark("PyTorch", ours, classification(0.2005))).isEmpty();
    assertThat(InferenceBenchmark.remark("PyTorch", ours, classification(0.21)))
        .hasValueSatisfying(
            remark -> assertThat(remark).startsWith("not comparable").contains("PyTorch"));
    assertThat(InferenceBenchmark.remark("PyTorch", detections(0), detections(2))).isEmpty();
    assertThat(InferenceBenchmark.remark("PyTorch", detections(0), detections(3))).isPresent();
  }

  /** Forty boxes, some of which are a pixel off. */
  private static ModelOutput detections(int moved) {
    return new ModelOutput(
        null,
        null,
        IntStream.range(0, 40)
            .mapToObj(i -> i < moved ? 20.0 * i + 1 : 20.0 * i)
            .map(x -> List.of(x, 0.0, x + 10, 10.0))
            .toList(),
        Collections.nCopies(40, 0.5),
        Collections.nCopies(40, 0));
  }

  private static ModelOutput classification(double logit) {
    return new ModelOutput(1 / (1 + Math.exp(-logit)), logit, null, null, null);
  }

  @Test
  void saysWhatIsMissing() {
    try (InferenceBenchmark benchmark =
        new InferenceBenchmark(CPU, 1, Optional.of(Path.of("/no/such/python")), false)) {
      assertThatThrownBy(() -> benchmark.time("densenet121", List.of(1), (batch, timing) -> {}))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("/no/such/python cannot be run");
    }
  }
}
