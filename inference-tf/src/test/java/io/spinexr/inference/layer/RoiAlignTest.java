package io.spinexr.inference.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.inference.ReferencePython;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** ROIAlign against torchvision's, which Detectron2 uses too. */
class RoiAlignTest {
  private static final int CHANNELS = 8;

  /** Height and width of each level. */
  private static final int[][] GRIDS = {{60, 84}, {30, 42}, {15, 21}, {8, 11}};

  @TempDir static Path folder;
  private static Integer[] samples;

  @BeforeAll
  static void letTorchvisionCompute() throws Exception {
    ReferencePython.require("torchvision");
    samples =
        new ObjectMapper()
            .readValue(
                ReferencePython.run(
                    RoiAlignTest.class, "roi_align_reference.py", folder.toString()),
                Integer[].class);
  }

  @ParameterizedTest
  @CsvSource({
    "aligned2, 2, true",
    "alignedAdaptive, 0, true",
    "shifted2, 2, false",
    "shiftedAdaptive, 0, false"
  })
  void readsWhatTorchvisionReads(String expected, int perBin, boolean aligned) throws IOException {
    // Without area, ordinary, and much longer than wide.
    assertThat(samples).contains(0, 1, 2, 3, 4, 5, 6, 20);
    float[] theirs = floats(expected);
    float[] ours = features(new RoiAlign(7, perBin, aligned), floats("boxes"));
    assertThat(ours).hasSameSizeAs(theirs);
    for (int i = 0; i < ours.length; i++) {
      assertThat(ours[i]).as("value %d", i).isCloseTo(theirs[i], within(2e-4f));
    }
  }

  /** Sparse R-CNN's heads hand boxes on that are not clipped; torchvision reads 0 there too. */
  @Test
  void readsNothingOutsideTheImageHoweverLargeABoxIs() throws IOException {
    float[] boxes = {
      -1e25f, -1e25f, 1e25f, 1e25f, -3e38f, -3e38f, 3e38f, 3e38f, 1e9f, 1e9f, 1.1e9f, 1.1e9f
    };
    assertThat(features(new RoiAlign(7, 2, true), boxes))
        .hasSize(3 * 49 * CHANNELS)
        .containsOnly(0);
  }

  @Test
  void readsNothingForNoBoxes() throws IOException {
    assertThat(features(new RoiAlign(7, RoiAlign.ADAPTIVE, true), new float[0])).isEmpty();
  }

  private static float[] features(RoiAlign align, float[] boxes) throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      List<Operand<TFloat32>> levels = new ArrayList<>();
      for (int i = 0; i < GRIDS.length; i++) {
        Operand<TFloat32> values = tf.constant(floats("level" + i));
        levels.add(tf.reshape(values, tf.array(1, GRIDS[i][0], GRIDS[i][1], CHANNELS)));
      }
      Placeholder<TFloat32> input =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 4)));
      Operand<TFloat32> features = align.features(tf, levels, input);
      try (TFloat32 tensor =
              TFloat32.tensorOf(Shape.of(boxes.length / 4, 4), DataBuffers.of(boxes, true, false));
          Result result = session.runner().feed(input, tensor).fetch(features).run()) {
        TFloat32 values = (TFloat32) result.get(0);
        float[] array = new float[(int) values.size()];
        values.copyTo(DataBuffers.of(array, false, false));
        return array;
      }
    }
  }

  private static float[] floats(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(file));
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
