package io.spinexr.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.inference.Model;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.checkpoint.Checkpoint;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.Variables;
import io.spinexr.inference.layer.Variables.Weight;
import io.spinexr.inference.network.EfficientDet;
import io.spinexr.inference.network.EfficientNet.Origin;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * EfficientDet against {@code efficientdet_reference.py}. Neither effdet nor timm is a Debian
 * package, so the reference is this project's own: the published architecture written once more in
 * plain PyTorch, sharing no code with the graph builder, with random weights under effdet's keys.
 * It proves that the graph computes what the reference says; that the reference is EfficientDet
 * rests on the publication, effdet's documented configuration and the published numbers of
 * parameters.
 */
class EfficientDetTest {
  /** Smaller than the published 512 to 768, to be quick. */
  private static final String SIZE =
      """
      {"inputSize": {"rule": "longest-edge", "longest": 256}}
      """;

  @TempDir static Path folder;
  private static ReferenceOutputs expected;

  @BeforeAll
  static void letTheReferenceCompute() throws Exception {
    expected =
        ReferenceOutputs.compute(EfficientDetTest.class, "efficientdet_reference.py", folder);
  }

  @ParameterizedTest
  @CsvSource({
    "efficientdet-d0, efficientdet-d0",
    "efficientdet-d0, tf-efficientdet-d0",
    "efficientdet-d2, tf-efficientdet-d2"
  })
  void detectsWhatTheReferenceDetects(String architecture, String checkpoint) throws IOException {
    Path overrides = Files.writeString(folder.resolve("overrides.json"), SIZE);
    Path model = folder.resolve("models").resolve(checkpoint);
    Path weights = folder.resolve(checkpoint + ".pth");
    ModelImport.fromCheckpoint(architecture, weights, Optional.of(overrides), model, share -> {});
    Tolerance tolerance = new Tolerance(0, 1e-3, 0.1);
    try (Model loaded = Model.load(model, DeviceOptions.cpu())) {
      expected.assertManyDetections(checkpoint);
      expected.assertComputedBy(loaded, checkpoint, tolerance);
      assertThat(SelfCheck.verify(loaded).unmatched()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "efficientdet-d0, 0, PYTORCH",
    "tf-efficientdet-d0, 0, TENSORFLOW",
    "efficientdet-d1, 1, PYTORCH",
    "tf-efficientdet-d2, 2, TENSORFLOW"
  })
  void computesTheReferencesStagesPyramidAndHeads(String checkpoint, int size, Origin origin)
      throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf);
      Placeholder<TUint8> input =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1)));
      EfficientDet.Outputs outputs =
          network(size, 7, origin)
              .outputs(
                  new Layers(tf, variables, Layers.Mode.INFERENCE),
                  Normalization.imageNet().apply(tf, input));
      variables.assign(
          session,
          CheckpointImport.values(
              KeyLayout.named("effdet"),
              variables.weights(),
              Checkpoint.open(folder.resolve(checkpoint + ".pth")),
              share -> {}));
      List<String> files = new ArrayList<>();
      List<Operand<TFloat32>> operands = new ArrayList<>();
      add(files, operands, checkpoint + ".stages.", outputs.stages());
      add(files, operands, checkpoint + ".levels.", outputs.levels());
      add(files, operands, checkpoint + ".logits.", outputs.logits());
      add(files, operands, checkpoint + ".differences.", outputs.differences());
      assertThat(files).hasSize(3 + 5 + 5 + 5);
      Session.Runner runner = session.runner();
      operands.forEach(runner::fetch);
      byte[] pixels = Files.readAllBytes(folder.resolve("wide.bin"));
      try (TUint8 tensor =
              TUint8.tensorOf(Shape.of(1, 256, 384), DataBuffers.of(pixels, true, false));
          Result result = runner.feed(input, tensor).run()) {
        for (int i = 0; i < files.size(); i++) {
          compare((TFloat32) result.get(i), files.get(i));
        }
      }
    }
  }

  private static void add(
      List<String> files,
      List<Operand<TFloat32>> operands,
      String prefix,
      List<Operand<TFloat32>> maps) {
    for (int i = 0; i < maps.size(); i++) {
      files.add(prefix + i);
      operands.add(maps.get(i));
    }
  }

  private static void compare(TFloat32 actual, String file) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(file));
    float[] theirs = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(theirs);
    float[] ours = new float[(int) actual.size()];
    actual.copyTo(DataBuffers.of(ours, false, false));
    assertThat(ours).as(file).hasSameSizeAs(theirs);
    double mean = 0;
    double squares = 0;
    double distance = 0;
    for (int i = 0; i < ours.length; i++) {
      mean += theirs[i] / ours.length;
      squares += (double) theirs[i] * theirs[i] / ours.length;
      distance = Math.max(distance, Math.abs(ours[i] - theirs[i]));
    }
    double deviation = Math.sqrt(squares - mean * mean);
    assertThat(distance / deviation).as(file).isLessThan(1e-3);
  }

  /** Tan et al. 2020, table 2, for the 90 classes of COCO. */
  @ParameterizedTest
  @CsvSource({"0, 3.9", "1, 6.6", "2, 8.1"})
  void hasThePublishedNumberOfParameters(int size, double millions) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf);
      network(size, 90, Origin.PYTORCH)
          .outputs(
              new Layers(tf, variables, Layers.Mode.INFERENCE),
              tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 128, 128, 3))));
      long parameters =
          variables.weights().stream()
              .filter(Weight::trainable)
              .mapToLong(weight -> weight.shape().size())
              .sum();
      assertThat(parameters / 1e6).isCloseTo(millions, within(0.05));
    }
  }

  @Test
  void refusesTheCheckpointOfAnotherSize() {
    assertThatThrownBy(
            () ->
                ModelImport.fromCheckpoint(
                    "efficientdet-d1",
                    folder.resolve("efficientdet-d0.pth"),
                    Optional.empty(),
                    folder.resolve("wrong"),
                    share -> {}))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("misshaped: class_net.conv_rep.0.conv_dw.weight")
        .hasMessageContaining("missing: backbone.blocks.0.1.conv_dw.weight");
    assertThat(folder.resolve("wrong")).doesNotExist();
  }

  private static EfficientDet network(int size, int classes, Origin origin) {
    return switch (size) {
      case 0 -> EfficientDet.d0(classes, origin);
      case 1 -> EfficientDet.d1(classes, origin);
      default -> EfficientDet.d2(classes, origin);
    };
  }
}
