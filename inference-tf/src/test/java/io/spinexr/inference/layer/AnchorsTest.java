package io.spinexr.inference.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.inference.layer.BoxSelection.Detections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class AnchorsTest {
  private static final Anchors ANCHORS =
      Anchors.of(List.of(8, 16), List.of(16, 32), List.of(1.0, 2.0), List.of(0.25, 1.0), false);

  @Test
  void centresEveryShapeOnEveryCell() {
    // Ratio 0.25 makes a square of 16 twice as wide and half as high.
    assertThat(ANCHORS.levels().get(0).boxes(2, 2))
        .startsWith(-16, -4, 16, 4)
        .hasSize(2 * 2 * 4 * 4)
        .endsWith(8 - 16, 8 - 16, 8 + 16, 8 + 16);
    assertThat(ANCHORS.perCell()).isEqualTo(4);
  }

  @Test
  void roundsHalfSizesAsTorchvisionDoes() {
    Anchors rounded =
        Anchors.of(List.of(8), List.of(32), List.of(Math.pow(2, 1 / 3.0)), List.of(0.5), true);
    // torchvision: int(32 * 2^(1/3)) = 40 at ratio 0.5 is the cell anchor [-28, -14, 28, 14].
    assertThat(rounded.levels().get(0).boxes(1, 1)).containsExactly(-28, -14, 28, 14);
  }

  @Test
  void areTheSameInTheGraph() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> image = tf.zeros(tf.array(1, 1, 1, 1), TFloat32.class);
      assertThat(floats(session, ANCHORS.boxes(tf, 1, tf.constant(3), tf.constant(5), image)))
          .isEqualTo(ANCHORS.levels().get(1).boxes(3, 5));
    }
  }

  @Test
  void decodesWhatWasEncoded() {
    float[] reference = {10, 20, 50, 40};
    float[] box = {12, 10, 80, 47};
    for (BoxCoder coder : List.of(BoxCoder.RETINANET, BoxCoder.SPARSE_RCNN)) {
      float[] differences = new float[4];
      coder.encode(reference, 0, box, differences, 0);
      try (Graph graph = new Graph();
          Session session = new Session(graph)) {
        Ops tf = Ops.create(graph);
        Operand<TFloat32> decoded =
            coder.decode(
                tf,
                tf.constant(new float[][] {reference}),
                tf.constant(new float[][] {differences}));
        assertThat(floats(session, decoded)).containsExactly(box, offset(1e-4f));
      }
    }
  }

  @Test
  void suppressesOverlapsWithinAClassOnly() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Detections candidates =
          new Detections(
              tf.constant(
                  new float[][] {
                    {0, 0, 10, 10}, {1, 0, 11, 10}, {1, 0, 11, 10}, {30, 30, 40, 40}, {0, 0, 5, 5}
                  }),
              tf.constant(new float[] {0.9f, 0.8f, 0.7f, 0.6f, 0.01f}),
              tf.constant(new int[] {0, 0, 1, 0, 2}));
      Detections kept = new BoxSelection(0.05f, 100, 0.5f, 10).suppress(tf, candidates);
      assertThat(floats(session, kept.scores())).containsExactly(0.9f, 0.7f, 0.6f);
      try (Result result = session.runner().fetch(kept.classes()).run()) {
        TInt32 classes = (TInt32) result.get(0);
        assertThat(new int[] {classes.getInt(0), classes.getInt(1), classes.getInt(2)})
            .containsExactly(0, 1, 0);
      }
    }
  }

  private static float[] floats(Session session, Operand<TFloat32> operand) {
    try (Result result = session.runner().fetch(operand).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = new float[(int) tensor.size()];
      tensor.copyTo(DataBuffers.of(values, false, false));
      return values;
    }
  }
}
