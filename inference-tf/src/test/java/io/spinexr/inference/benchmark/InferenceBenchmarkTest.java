package io.spinexr.inference.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.spinexr.inference.Device;
import io.spinexr.inference.DeviceOptions;
import io.spinexr.inference.ModelException;
import io.spinexr.inference.OutputComparison;
import io.spinexr.inference.ReferencePython;
import io.spinexr.inference.benchmark.InferenceBenchmark.PeerTiming;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceBenchmarkTest {
  private static final Device CPU = Device.choose(DeviceOptions.cpu());
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  /** The multiply-adds of DenseNet-121 are the published 2.87e9 without the other 999 classes. */
  @ParameterizedTest
  @CsvSource({"densenet121, 2.83e9", "efficientdet-d0, 2.2e9"})
  void timesTheSameNetworkInBothPrograms(String architecture, double multiplications)
      throws Exception {
    ReferencePython.require("torchvision");
    List<Integer> batches = new ArrayList<>();
    try (InferenceBenchmark benchmark = new InferenceBenchmark(CPU, 1, Optional.of(PYTHON))) {
      benchmark.time(
          architecture,
          List.of(1, 2),
          (batch, timing) ->
              timing.ifPresent(
                  measured -> {
                    batches.add(batch);
                    assertThat(measured.pytorch().orElseThrow())
                        .matches(PeerTiming::agrees, "computes the same");
                    double products =
                        measured.share().orElseThrow()
                            * benchmark.peak()
                            * measured.milliseconds()
                            / 1e3
                            / 2;
                    assertThat(products).isCloseTo(multiplications, withinPercentage(2));
                  }));
    }
    assertThat(batches).hasSize(architecture.startsWith("densenet") ? 2 : 1);
  }

  @Test
  void saysThatTwoProgramsDoNotComputeTheSame() {
    OutputComparison apart = new OutputComparison(0.01, 0.0001, 0, 0);
    assertThat(new PeerTiming(1, apart).agrees()).isFalse();
    assertThat(new PeerTiming(1, new OutputComparison(1e-5, 1e-6, 0, 0)).agrees()).isTrue();
  }

  @Test
  void saysWhatIsMissing() {
    try (InferenceBenchmark benchmark =
        new InferenceBenchmark(CPU, 1, Optional.of(Path.of("/no/such/python")))) {
      assertThatThrownBy(() -> benchmark.time("densenet121", List.of(1), (batch, timing) -> {}))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("/no/such/python cannot be run");
    }
  }
}
