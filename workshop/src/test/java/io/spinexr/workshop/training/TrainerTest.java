package io.spinexr.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.inference.Progress;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.network.DenseNet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

class TrainerTest {
  private static final int BATCH = 8;
  private static final int SIZE = 32;

  @TempDir private Path folder;

  /** Bright spots on noise, or none. */
  private static final class Spots implements Objective {
    private final DenseNet network = new DenseNet(4, List.of(1, 1), 4, true);

    @Override
    public Operand<TFloat32> loss(Layers layers) {
      Ops tf = layers.tf();
      Operand<TUint8> image =
          tf.withName("image")
              .placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, SIZE, SIZE)));
      Operand<TFloat32> truth =
          tf.withName("truth").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 1)));
      Operand<TFloat32> normal = Normalization.gray(100, 50).apply(tf, image);
      Operand<TFloat32> logits = network.logits(layers, network.features(layers, normal), 1);
      return tf.math.mean(
          tf.math.sub(tf.math.softplus(logits), tf.math.mul(truth, logits)),
          tf.constant(new int[] {0, 1}));
    }

    @Override
    public Map<String, Tensor> batch(long step) {
      Random random = new Random(step);
      byte[] pixels = new byte[BATCH * SIZE * SIZE];
      float[] truth = new float[BATCH];
      for (int i = 0; i < BATCH; i++) {
        truth[i] = random.nextInt(2);
        for (int j = 0; j < SIZE * SIZE; j++) {
          pixels[i * SIZE * SIZE + j] = (byte) random.nextInt(150);
        }
        int at = i * SIZE * SIZE + random.nextInt(SIZE * (SIZE - 9)) + random.nextInt(8);
        for (int j = 0; truth[i] == 1 && j < 64; j++) {
          pixels[at + j / 8 * SIZE + j % 8] = (byte) 250;
        }
      }
      return Map.of(
          "image", TUint8.tensorOf(Shape.of(BATCH, SIZE, SIZE), DataBuffers.of(pixels)),
          "truth", TFloat32.tensorOf(Shape.of(BATCH, 1), DataBuffers.of(truth)));
    }
  }

  private Trainer trainer(String name) {
    return new Trainer(
        new Spots(),
        new Schedule(120, 10, 0.01),
        5,
        folder.resolve(name),
        ConfigProto.newBuilder().setIntraOpParallelismThreads(1).build());
  }

  @Test
  void learnsToTellSpotsFromNone() {
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = trainer("spots")) {
      trainer.run(
          "training",
          1000,
          (phase, done, total, note, remaining) ->
              losses.add(Double.parseDouble(note.replace("loss ", ""))));
    }
    assertThat(losses).hasSize(120);
    assertThat(losses.get(0)).isCloseTo(Math.log(2), offset(0.5));
    assertThat(losses.get(119)).as("smoothed loss").isLessThan(0.75 * losses.get(0));
  }

  @Test
  void goesOnAfterACheckpointAsIfItHadNeverStopped() {
    Map<String, float[]> straight;
    try (Trainer trainer = trainer("straight")) {
      trainer.runUntil(12, "training", 1000, Progress.SILENT);
      straight = trainer.weights();
    }
    try (Trainer trainer = trainer("stopped")) {
      trainer.runUntil(7, "training", 3, Progress.SILENT);
    }
    try (Trainer trainer = trainer("stopped")) {
      assertThat(trainer.step()).isEqualTo(7);
      trainer.runUntil(12, "training", 3, Progress.SILENT);
      Map<String, float[]> resumed = trainer.weights();
      assertThat(resumed.keySet()).isEqualTo(straight.keySet());
      straight.forEach(
          (key, values) ->
              assertThat(resumed.get(key)).as(key).containsExactly(values, offset(1e-6f)));
    }
  }

  @Test
  void movesRunningStatisticsTowardsTheData() {
    try (Trainer trainer = trainer("statistics")) {
      float[] before = trainer.weights().get("features.norm0.running_var");
      trainer.runUntil(3, "training", 1000, Progress.SILENT);
      float[] after = trainer.weights().get("features.norm0.running_var");
      assertThat(before).containsOnly(1);
      assertThat(after).doesNotContain(1);
    }
  }

  @Test
  void saysThatACheckpointIsDamaged() throws Exception {
    Files.createDirectories(folder.resolve("damaged"));
    Files.writeString(folder.resolve("damaged/latest"), "3");
    assertThatThrownBy(() -> trainer("damaged"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("cannot resume from " + folder.resolve("damaged"));
  }

  @Test
  void warmsUpAndCoolsDown() {
    Schedule schedule = new Schedule(110, 10, 0.5);
    assertThat(schedule.rate(0)).isCloseTo(0.05, offset(1e-12));
    assertThat(schedule.rate(9)).isCloseTo(0.5, offset(1e-12));
    assertThat(schedule.rate(60)).isCloseTo(0.25, offset(1e-12));
    assertThat(schedule.rate(109)).isLessThan(0.001);
  }
}
