package io.spinexr.inference.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Boxes as differences from reference boxes (Girshick 2015): the shift of the centre in widths and
 * heights of the reference, and the logarithm of the change in width and height, each times a
 * weight.
 *
 * @param x weight of the horizontal shift
 * @param y weight of the vertical shift
 * @param width weight of the change in width
 * @param height weight of the change in height
 * @param maxLogScale upper limit of the decoded logarithms, so that a wild output cannot overflow
 */
public record BoxCoder(float x, float y, float width, float height, float maxLogScale) {
  /**
   * RetinaNet's and that of region proposals: weights 1, at most 1000/16 times the reference's
   * size.
   */
  public static final BoxCoder RETINANET = new BoxCoder(1, 1, 1, 1, (float) Math.log(1000.0 / 16));

  /** The second stage of Faster R-CNN: weights 10, 10, 5, 5, at most 1000/16 times the size. */
  public static final BoxCoder FASTER_RCNN =
      new BoxCoder(10, 10, 5, 5, (float) Math.log(1000.0 / 16));

  /** Sparse R-CNN's: weights 2, 2, 1, 1, at most 100000/16 times the reference's size. */
  public static final BoxCoder SPARSE_RCNN =
      new BoxCoder(2, 2, 1, 1, (float) Math.log(100000.0 / 16));

  /**
   * Writes 4 differences.
   *
   * @param reference xMin, yMin, xMax, yMax from {@code at} on
   * @param box xMin, yMin, xMax, yMax
   */
  public void encode(float[] reference, int at, float[] box, float[] differences, int to) {
    float w = reference[at + 2] - reference[at];
    float h = reference[at + 3] - reference[at + 1];
    float boxW = box[2] - box[0];
    float boxH = box[3] - box[1];
    differences[to] = x * ((box[0] + boxW / 2) - (reference[at] + w / 2)) / w;
    differences[to + 1] = y * ((box[1] + boxH / 2) - (reference[at + 1] + h / 2)) / h;
    differences[to + 2] = width * (float) Math.log(boxW / w);
    differences[to + 3] = height * (float) Math.log(boxH / h);
  }

  /**
   * @param reference [n, 4]
   * @param differences [n, 4]
   * @return boxes xMin, yMin, xMax, yMax, [n, 4]
   */
  public Operand<TFloat32> decode(
      Ops tf, Operand<TFloat32> reference, Operand<TFloat32> differences) {
    Operand<TFloat32> half = tf.constant(0.5f);
    Operand<TFloat32> low = columns(tf, reference, 0);
    Operand<TFloat32> size = tf.math.sub(columns(tf, reference, 2), low);
    Operand<TFloat32> center = tf.math.add(low, tf.math.mul(size, half));
    Operand<TFloat32> shift =
        tf.math.div(columns(tf, differences, 0), tf.constant(new float[] {x, y}));
    Operand<TFloat32> logScale =
        tf.math.minimum(
            tf.math.div(columns(tf, differences, 2), tf.constant(new float[] {width, height})),
            tf.constant(maxLogScale));
    Operand<TFloat32> newCenter = tf.math.add(center, tf.math.mul(shift, size));
    Operand<TFloat32> newHalf = tf.math.mul(tf.math.mul(tf.math.exp(logScale), size), half);
    return tf.concat(
        List.of(tf.math.sub(newCenter, newHalf), tf.math.add(newCenter, newHalf)), tf.constant(1));
  }

  private static Operand<TFloat32> columns(Ops tf, Operand<TFloat32> boxes, int from) {
    Operand<TInt32> begin = tf.constant(new int[] {0, from});
    return tf.slice(boxes, begin, tf.constant(new int[] {-1, 2}));
  }
}
