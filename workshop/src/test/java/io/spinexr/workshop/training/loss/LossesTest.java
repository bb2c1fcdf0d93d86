package io.spinexr.workshop.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.inference.ReferencePython;
import io.spinexr.workshop.training.loss.LossCase.Computed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

/** Losses and their gradients against their definitions, and against PyTorch's. */
class LossesTest {
  private static final double STEP = 1e-5;

  static List<LossCase> all() {
    return LossCase.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aLossIsWhatItsDefinitionSays(LossCase loss) {
    double[] losses = loss.compute().losses();
    for (int i = 0; i < losses.length; i++) {
      assertThat(losses[i])
          .as("row %d", i)
          .isCloseTo(shifted(loss, i, 0, 0), tolerance(shifted(loss, i, 0, 0), 2e-5));
    }
  }

  /**
   * The quotients from both sides are one number where the loss has a derivative; elsewhere the
   * gradient lies between them.
   */
  @ParameterizedTest
  @MethodSource("all")
  void aGradientIsWhatFiniteDifferencesSay(LossCase loss) {
    double[][] gradients = loss.compute().gradients();
    for (int i = 0; i < gradients.length; i++) {
      for (int j = 0; j < gradients[i].length; j++) {
        double here = shifted(loss, i, j, 0);
        double below = (here - shifted(loss, i, j, -STEP)) / STEP;
        double above = (shifted(loss, i, j, STEP) - here) / STEP;
        double low = Math.min(below, above);
        double high = Math.max(below, above);
        double slack = tolerance(Math.max(Math.abs(low), Math.abs(high)), 2e-6).value;
        assertThat(gradients[i][j])
            .as("row %d, column %d", i, j)
            .isBetween(low - slack, high + slack);
      }
    }
  }

  @Test
  void lossesAndGradientsAreThoseOfPyTorch(@TempDir Path folder) throws Exception {
    ReferencePython.require("torchvision");
    Map<String, Object> inputs =
        all().stream()
            .collect(
                Collectors.toMap(
                    LossCase::name, one -> Map.of("input", one.input(), "truth", one.truth())));
    Path file = folder.resolve("inputs.json");
    Files.write(file, new ObjectMapper().writeValueAsBytes(inputs));
    JsonNode reference =
        ReferencePython.json(LossesTest.class, "losses_reference.py", file.toString());
    for (LossCase loss : all()) {
      Computed ours = loss.compute();
      JsonNode theirs = reference.get(loss.name());
      for (int i = 0; i < ours.losses().length; i++) {
        double value = theirs.get("losses").get(i).doubleValue();
        assertThat(ours.losses()[i])
            .as("%s, row %d", loss, i)
            .isCloseTo(value, tolerance(value, 2e-5));
        for (int j = 0; j < ours.gradients()[i].length; j++) {
          double gradient = theirs.get("gradients").get(i).get(j).doubleValue();
          assertThat(ours.gradients()[i][j])
              .as("%s, row %d, column %d", loss, i, j)
              .isCloseTo(gradient, tolerance(gradient, 2e-6));
        }
      }
    }
  }

  @Test
  void smoothingNeedsAWidth() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      assertThatThrownBy(() -> BoxLosses.smoothAbsolute(tf, tf.constant(1f), tf.constant(2f), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("beta")
          .hasMessageContaining("0.0");
    }
  }

  /** By the definition, with one number of the input moved. */
  private static double shifted(LossCase loss, int row, int column, double by) {
    double[] moved = new double[loss.input()[row].length];
    for (int j = 0; j < moved.length; j++) {
      moved[j] = loss.input()[row][j];
    }
    moved[column] += by;
    return loss.definition().applyAsDouble(moved, loss.truth()[row]);
  }

  private static Offset<Double> tolerance(double value, double absolute) {
    return within(Math.max(absolute, 1e-3 * Math.abs(value)));
  }
}
