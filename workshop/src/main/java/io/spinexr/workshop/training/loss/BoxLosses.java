package io.spinexr.workshop.training.loss;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Losses of boxes, or of their differences from reference boxes. */
public final class BoxLosses {
  /** Keeps the division defined where boxes have no area; of no weight for boxes in pixels. */
  private static final float TINY = 1e-7f;

  private BoxLosses() {}

  /**
   * The absolute error of each number (L1).
   *
   * @param values of any shape
   * @param truth of the same shape
   * @return at least 0, of the same shape
   */
  public static Operand<TFloat32> absolute(
      Ops tf, Operand<TFloat32> values, Operand<TFloat32> truth) {
    return tf.math.abs(tf.math.sub(values, truth));
  }

  /**
   * The smooth absolute error of each number (smooth L1; Girshick 2015, equation 3): d^2 / (2 beta)
   * where the error d is below beta, d - beta / 2 from there on.
   *
   * @param values of any shape
   * @param truth of the same shape
   * @param beta more than 0
   * @return at least 0, of the same shape
   * @throws IllegalArgumentException if {@code beta} is not more than 0
   */
  public static Operand<TFloat32> smoothAbsolute(
      Ops tf, Operand<TFloat32> values, Operand<TFloat32> truth, float beta) {
    if (!(beta > 0)) {
      throw new IllegalArgumentException(
          "beta must be more than 0, but is %s; without smoothing take the absolute error"
              .formatted(beta));
    }
    Operand<TFloat32> error = absolute(tf, values, truth);
    Operand<TFloat32> low = tf.math.minimum(error, tf.constant(beta));
    Operand<TFloat32> mean = tf.math.sub(error, tf.math.mul(low, tf.constant(0.5f)));
    return tf.math.div(tf.math.mul(low, mean), tf.constant(beta));
  }

  /**
   * One minus the generalised intersection over union of each pair of boxes (Rezatofighi et al.
   * 2019): boxes that do not meet are drawn towards each other, too. Where edges coincide, which is
   * where it has no derivative, its gradient lies between those of the two sides, but is not always
   * the mean of them that PyTorch takes.
   *
   * @param boxes xMin, yMin, xMax, yMax with xMin &lt;= xMax and yMin &lt;= yMax, [n, 4]
   * @param truth likewise
   * @return 0 for equal boxes up to 2 for small ones far apart, [n]; 1 for two boxes without area
   *     at the same place
   */
  public static Operand<TFloat32> generalizedIou(
      Ops tf, Operand<TFloat32> boxes, Operand<TFloat32> truth) {
    Operand<TFloat32> low = columns(tf, boxes, 0, 2);
    Operand<TFloat32> high = columns(tf, boxes, 2, 2);
    Operand<TFloat32> trueLow = columns(tf, truth, 0, 2);
    Operand<TFloat32> trueHigh = columns(tf, truth, 2, 2);
    Operand<TFloat32> intersection =
        area(
            tf,
            tf.nn.relu(
                tf.math.sub(tf.math.minimum(high, trueHigh), tf.math.maximum(low, trueLow))));
    Operand<TFloat32> union =
        tf.math.sub(
            tf.math.add(area(tf, tf.math.sub(high, low)), area(tf, tf.math.sub(trueHigh, trueLow))),
            intersection);
    Operand<TFloat32> hull =
        area(tf, tf.math.sub(tf.math.maximum(high, trueHigh), tf.math.minimum(low, trueLow)));
    Operand<TFloat32> iou = share(tf, intersection, union);
    Operand<TFloat32> gap = share(tf, tf.math.sub(hull, union), hull);
    return tf.reshape(
        tf.math.add(tf.math.sub(tf.constant(1f), iou), gap), tf.constant(new int[] {-1}));
  }

  /**
   * @param size width and height, [n, 2]
   * @return [n, 1]
   */
  private static Operand<TFloat32> area(Ops tf, Operand<TFloat32> size) {
    return tf.math.mul(columns(tf, size, 0, 1), columns(tf, size, 1, 1));
  }

  private static Operand<TFloat32> share(Ops tf, Operand<TFloat32> part, Operand<TFloat32> whole) {
    return tf.math.div(part, tf.math.add(whole, tf.constant(TINY)));
  }

  private static Operand<TFloat32> columns(Ops tf, Operand<TFloat32> x, int from, int count) {
    return tf.slice(x, tf.constant(new int[] {0, from}), tf.constant(new int[] {-1, count}));
  }
}
