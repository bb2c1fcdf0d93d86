package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.DeviceOptions.Gpu;
import io.spinexr.inference.runtime.DeviceOptions.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** Detectors that other programs make: what they answer too much of, too late or not quite. */
class OtherDetectorTest {
  private static final int MOST = 20;
  private static final int BLACK = 0;
  private static final int WHITE = 255;

  @TempDir private Path folder;

  @Test
  void keepsTheBestOfTooManyBoxes() throws IOException {
    int boxes = 200_000;
    write(boxes(boxes));
    List<Finding> findings = detect(DeviceOptions.cpu(), BLACK);
    assertThat(findings).hasSize(MOST);
    for (int i = 0; i < MOST; i++) {
      assertThat(findings.get(i).score()).isCloseTo((boxes - 1.0 - i) / boxes, offset(1e-6));
    }
  }

  @Test
  void refusesMoreBoxesThanMemoryIsSetAsideFor() throws IOException {
    write(boxes(300_000));
    refused(BLACK, "output \"boxes\" has the shape [300000, 4], but may hold 1048576 numbers");
  }

  /** As many boxes, each surer than the one before. */
  private static SavedModelExport.Network boxes(int count) {
    return (layers, image) -> {
      Ops tf = layers.tf();
      Operand<TFloat32> index =
          tf.range(tf.constant(0f), tf.constant((float) count), tf.constant(1f));
      return Map.of(
          "boxes",
          tf.tile(tf.constant(new float[][] {{10, 10, 30, 40}}), tf.constant(new int[] {count, 1})),
          "scores",
          tf.math.div(index, tf.constant((float) count)),
          "classes",
          tf.tile(tf.constant(new int[] {1}), tf.constant(new int[] {count})));
    };
  }

  @Test
  void computesNothingThatNobodyWants() throws IOException {
    SavedModelExport.Network one = oneBox(0.5f);
    write(
        (layers, image) -> {
          Ops tf = layers.tf();
          Map<String, Operand<?>> outputs = new HashMap<>(one.outputs(layers, image));
          outputs.put("masks", terabytes(tf, image));
          return outputs;
        });
    assertThat(detect(DeviceOptions.cpu(), BLACK))
        .extracting(Finding::box)
        .containsExactly(new BoundingBox(10, 10, 30, 40));
  }

  /** As TensorFlow's Python wraps every network that it saves. */
  @Test
  void computesNothingThatNobodyWantsInAFunction() throws IOException {
    write(
        (layers, image) -> {
          ConcreteFunction function =
              ConcreteFunction.create(
                  tf -> {
                    Placeholder<TUint8> input =
                        tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1)));
                    return Signature.builder()
                        .input("image", input)
                        .output("boxes", tf.constant(new float[][] {{10, 10, 30, 40}}))
                        .output("scores", tf.constant(new float[] {0.5f}))
                        .output("classes", tf.constant(new int[] {1}))
                        .output("masks", terabytes(tf, input))
                        .build();
                  });
          List<Output<?>> outputs =
              layers
                  .tf()
                  .statefulPartitionedCall(
                      List.of(image),
                      List.of(TFloat32.class, TFloat32.class, TInt32.class, TFloat32.class),
                      function)
                  .output();
          // TensorFlow optimises no graph of fewer than four operations; Python's have more.
          Ops tf = layers.tf();
          return Map.of(
              "boxes", tf.identity(tf.identity(outputs.get(0))),
              "scores", tf.identity(tf.identity(outputs.get(1))),
              "classes", tf.identity(tf.identity(outputs.get(2))),
              "masks", tf.identity(tf.identity(outputs.get(3))));
        });
    assertThat(detect(DeviceOptions.cpu(), BLACK)).hasSize(1);
  }

  /** Four of them. */
  private static Operand<TFloat32> terabytes(Ops tf, Operand<TUint8> image) {
    return tf.fill(tf.constant(new int[] {1 << 20, 1 << 20}), darkest(tf, image));
  }

  @Test
  void takesAScoreThatRoundingHasPutBeyondOne() throws IOException {
    write(oneBox(1.000005f));
    assertThat(detect(DeviceOptions.cpu(), BLACK)).extracting(Finding::score).containsExactly(1.0);
  }

  @Test
  void refusesAScoreThatIsBeyondOneByMore() throws IOException {
    write(oneBox(1.0001f));
    refused(BLACK, "score must be in [0,1], but is 1.0001");
  }

  private static SavedModelExport.Network oneBox(float score) {
    return (layers, image) -> {
      Ops tf = layers.tf();
      return Map.of(
          "boxes",
          tf.constant(new float[][] {{10, 10, 30, 40}}),
          "scores",
          tf.constant(new float[] {score}),
          "classes",
          tf.constant(new int[] {1}));
    };
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void anImageOnWhichTheNetworkDoesNotEndFailsAndTheNextDoesNot() throws IOException {
    SavedModelExport.Network one = oneBox(0.5f);
    write(
        (layers, image) -> {
          Ops tf = layers.tf();
          Map<String, Operand<?>> outputs = new HashMap<>(one.outputs(layers, image));
          outputs.put("scores", tf.reshape(endless(tf, image), tf.constant(new int[] {1})));
          return outputs;
        });
    DeviceOptions hasty = new DeviceOptions(Kind.CPU, Gpu.DEFAULT, false, 0, Duration.ofSeconds(1));
    try (Model model = Model.load(folder, hasty)) {
      Detector detector = new Detector(model);
      assertThatThrownBy(() -> detector.detect(gray(WHITE)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("was not done after 1.00 s and was ended");
      assertThat(detector.detect(gray(BLACK))).hasSize(1);
    }
  }

  /** Counts for ever from what is not black. */
  private static Operand<TFloat32> endless(Ops tf, Operand<TUint8> image) {
    Output<?>[] counted =
        ((Graph) tf.scope().env())
            .whileLoop(
                new Output<?>[] {darkest(tf, image).asOutput()},
                (graph, inputs, outputs) -> {
                  Ops ops = Ops.create(graph);
                  outputs[0] = ops.math.greater(number(inputs[0]), ops.constant(0f)).asOutput();
                },
                (graph, inputs, outputs) -> {
                  Ops ops = Ops.create(graph);
                  outputs[0] = ops.math.add(number(inputs[0]), ops.constant(1f)).asOutput();
                },
                "endless");
    return number(counted[0]);
  }

  @SuppressWarnings("unchecked") // loops do not know what they count
  private static Operand<TFloat32> number(Output<?> output) {
    return (Output<TFloat32>) output;
  }

  /** The lowest grey level of an image. */
  private static Operand<TFloat32> darkest(Ops tf, Operand<TUint8> image) {
    return tf.min(tf.dtypes.cast(image, TFloat32.class), tf.constant(new int[] {0, 1, 2}));
  }

  private void write(SavedModelExport.Network network) throws IOException {
    TinyModels.writeDetector(folder, network, Map.of());
  }

  private void refused(int level, String problem) {
    assertThatThrownBy(() -> detect(DeviceOptions.cpu(), level))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(problem);
  }

  private List<Finding> detect(DeviceOptions options, int level) {
    try (Model model = Model.load(folder, options)) {
      return new Detector(model).detect(gray(level));
    }
  }

  /** Of the size that the detector wants. */
  private static GrayscaleImage gray(int level) {
    byte[] pixels = new byte[96 * 96];
    Arrays.fill(pixels, (byte) level);
    return new GrayscaleImage(96, 96, pixels);
  }
}
