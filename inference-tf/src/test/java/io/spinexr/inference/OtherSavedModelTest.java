package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.tensorflow.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** SavedModels that other programs make: their signatures may fix what ours leave open. */
class OtherSavedModelTest {
  @TempDir private Path folder;

  @Test
  void aClassifierThatTakesOneImageAtATimeWorksInABatch() throws Exception {
    write(Shape.of(1, 30, 40), new InputSize.Fixed(40, 30));
    ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Model model = Model.load(folder, DeviceOptions.cpu())) {
      assertThat(model.takesBatches()).isFalse();
      Classifier classifier =
          new Classifier(
              List.of(model),
              Mean.LOGIT,
              new CalibrationMap.Unchanged(),
              new Batching(8, Duration.ofSeconds(1)),
              batches::add);
      for (int round = 0; round < 100 && batches.stream().allMatch(size -> size == 1); round++) {
        List<Callable<Classification>> calls =
            IntStream.range(0, 40)
                .<Callable<Classification>>mapToObj(i -> () -> classifier.classify(gray(i)))
                .toList();
        List<Future<Classification>> answers = threads.invokeAll(calls);
        for (int i = 0; i < answers.size(); i++) {
          assertThat(answers.get(i).get().logit()).isCloseTo(i, offset(1e-4));
        }
      }
      assertThat(batches).anyMatch(size -> size > 1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void namesAnInputSizeThatTheSignatureDoesNotAllow() throws IOException {
    write(Shape.of(-1, 30, 40), new InputSize.Fixed(30, 40));
    refused("images of shape [-1, 30, 40], but model.json has them resized to Fixed[width=30");
    write(Shape.of(-1, 30, 40), new InputSize.ShortestEdge(30, 40));
    refused("resized to ShortestEdge[shortest=30, longest=40]");
    write(Shape.of(-1, -1, 40), new InputSize.Fixed(40, 30));
    Model.load(folder, DeviceOptions.cpu()).close();
  }

  @Test
  void namesASecondInput() throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TUint8> image =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1)));
      Placeholder<TFloat32> age = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
      Operand<TFloat32> mean =
          tf.math.mean(tf.dtypes.cast(image, TFloat32.class), tf.constant(new int[] {1, 2}));
      Operand<TFloat32> logit = tf.math.add(mean, age);
      export(
          session,
          Signature.builder().input("image", image).input("age", age),
          logit,
          tf.math.sigmoid(logit));
    }
    seal(new InputSize.Fixed(64, 64));
    refused("has further inputs [age] beside \"image\"");
  }

  @Test
  void namesATensorThatIsTwoOutputs() throws IOException {
    SavedModelExport.write(
        folder,
        (layers, image) -> {
          Operand<TFloat32> logit = layers.tf().withName("dense").constant(new float[] {0.5f});
          return Map.of("logit", logit, "probability", logit);
        },
        Map.of());
    seal(new InputSize.Fixed(64, 64));
    refused("one tensor, dense:0, for the outputs [logit, probability]");
  }

  private void refused(String problem) {
    assertThatThrownBy(() -> Model.load(folder, DeviceOptions.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(problem);
  }

  /** Its logit is the mean grey level. */
  private void write(Shape image, InputSize inputSize) throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TUint8> input = tf.placeholder(TUint8.class, Placeholder.shape(image));
      Operand<TFloat32> logit =
          tf.math.mean(tf.dtypes.cast(input, TFloat32.class), tf.constant(new int[] {1, 2}));
      export(session, Signature.builder().input("image", input), logit, tf.math.sigmoid(logit));
    }
    seal(inputSize);
  }

  private void export(
      Session session,
      Signature.Builder inputs,
      Operand<TFloat32> logit,
      Operand<TFloat32> probability)
      throws IOException {
    Signature signature =
        inputs
            .key(TensorFlowRuntime.SIGNATURE)
            .output("logit", logit)
            .output("probability", probability)
            .build();
    SavedModelBundle.exporter(folder.toString())
        .withTags("serve")
        .withFunction(SessionFunction.create(signature, session))
        .export();
  }

  private void seal(InputSize inputSize) throws IOException {
    Files.deleteIfExists(folder.resolve(ModelFiles.MANIFEST));
    ModelFiles.write(
        folder, ModelFiles.MANIFEST, TinyModels.classifierManifest(folder, "other", inputSize));
  }

  private static GrayscaleImage gray(int level) {
    byte[] pixels = new byte[50 * 50];
    Arrays.fill(pixels, (byte) level);
    return new GrayscaleImage(50, 50, pixels);
  }
}
