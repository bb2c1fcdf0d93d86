package io.spinexr.inference.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.NonMaxSuppression;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Which of a detector's candidates become detections.
 *
 * @param scoreFloor candidates need a higher score
 * @param candidates at most this many per pyramid level go on to suppression
 * @param nmsIou among boxes of one class that overlap more than this only the best scored stays
 * @param detections at most this many in the end
 */
public record BoxSelection(float scoreFloor, int candidates, float nmsIou, int detections) {
  /**
   * Boxes with class and score, of one image.
   *
   * @param boxes xMin, yMin, xMax, yMax, [n, 4]
   * @param scores in [0,1], or logits, [n]
   * @param classes index, [n]
   */
  public record Detections(
      Operand<TFloat32> boxes, Operand<TFloat32> scores, Operand<TInt32> classes) {
    /** Those of several sources, one after another. */
    public static Detections concat(Ops tf, List<Detections> parts) {
      Operand<TInt32> first = tf.constant(0);
      return new Detections(
          tf.concat(parts.stream().map(Detections::boxes).toList(), first),
          tf.concat(parts.stream().map(Detections::scores).toList(), first),
          tf.concat(parts.stream().map(Detections::classes).toList(), first));
    }

    /**
     * With boxes moved into the image.
     *
     * @param image [batch, height, width, channels]
     */
    public Detections clip(Ops tf, Operand<TFloat32> image) {
      return new Detections(ImageEdge.clip(tf, boxes, image), scores, classes);
    }

    /**
     * With an infinitely low score for boxes that are less than {@code minimum} pixels wide or
     * high, so that no selection takes them.
     */
    public Detections withoutSmall(Ops tf, float minimum) {
      Operand<TFloat32> low =
          tf.slice(boxes, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, 2}));
      Operand<TFloat32> high =
          tf.slice(boxes, tf.constant(new int[] {0, 2}), tf.constant(new int[] {-1, 2}));
      Operand<TFloat32> shorter = tf.reduceMin(tf.math.sub(high, low), tf.constant(1));
      Operand<TFloat32> none = tf.fill(tf.shape(scores), tf.constant(Float.NEGATIVE_INFINITY));
      return new Detections(
          boxes,
          tf.select(tf.math.greaterEqual(shorter, tf.constant(minimum)), scores, none),
          classes);
    }

    private Detections gather(Ops tf, Operand<TInt32> index) {
      Operand<TInt32> first = tf.constant(0);
      return new Detections(
          tf.gather(boxes, index, first),
          tf.gather(scores, index, first),
          tf.gather(classes, index, first));
    }
  }

  /**
   * The best candidates of one level, highest score first.
   *
   * @param scores [boxes, classes]
   * @param differences [boxes, 4], decoded by {@code coder} against {@code references} only where
   *     they are chosen
   */
  public Detections best(
      Ops tf,
      Operand<TFloat32> scores,
      Operand<TFloat32> references,
      Operand<TFloat32> differences,
      BoxCoder coder) {
    Operand<TInt32> classes = tf.constant(Layers.channels(scores));
    Operand<TFloat32> flat = tf.reshape(scores, tf.constant(new int[] {-1}));
    Operand<TInt32> count = tf.math.minimum(tf.constant(candidates), tf.size(flat));
    TopK<TFloat32, TInt32> top = tf.nn.topK(flat, count, new TopK.Options[0]);
    Operand<TInt32> box = tf.math.floorDiv(top.indices(), classes);
    Operand<TInt32> first = tf.constant(0);
    Operand<TFloat32> boxes =
        coder.decode(tf, tf.gather(references, box, first), tf.gather(differences, box, first));
    return new Detections(boxes, top.values(), tf.math.floorMod(top.indices(), classes));
  }

  /** Non-maximum suppression within each class; highest score first. */
  public Detections suppress(Ops tf, Detections candidates) {
    // Boxes of different classes are moved apart so that they never overlap.
    Operand<TInt32> everything = tf.constant(new int[] {0, 1});
    Operand<TFloat32> extent =
        tf.math.add(
            tf.math.sub(
                tf.reduceMax(candidates.boxes(), everything),
                tf.reduceMin(candidates.boxes(), everything)),
            tf.constant(1f));
    Operand<TFloat32> offset =
        tf.math.mul(tf.dtypes.cast(candidates.classes(), TFloat32.class), extent);
    NonMaxSuppression<TFloat32> kept =
        tf.image.nonMaxSuppression(
            tf.math.add(candidates.boxes(), tf.expandDims(offset, tf.constant(1))),
            candidates.scores(),
            tf.constant(detections),
            tf.constant(nmsIou),
            tf.constant(scoreFloor),
            tf.constant(0f));
    return candidates.gather(tf, kept.selectedIndices());
  }
}
