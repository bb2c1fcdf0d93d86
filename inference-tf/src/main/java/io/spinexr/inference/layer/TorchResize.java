package io.spinexr.inference.layer;

import io.spinexr.inference.folder.InputSize.ShortestEdge;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.image.ResizeBilinear;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Resizing inside a network as torchvision's detectors do it ({@code GeneralizedRCNNTransform}):
 * bilinear, without antialiasing, sizes rounded down.
 *
 * @param image resized, [1, height, width, channels]
 * @param factor resized width and height over the original ones, [2]
 */
public record TorchResize(Operand<TFloat32> image, Operand<TFloat32> factor) {
  /**
   * @param image [1, height, width, channels]
   */
  public static TorchResize of(Ops tf, Operand<TFloat32> image, ShortestEdge edge) {
    Operand<TInt32> size =
        tf.slice(tf.shape(image), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
    Operand<TFloat32> exact = tf.dtypes.cast(size, TFloat32.class);
    Operand<TInt32> first = tf.constant(0);
    Operand<TFloat32> scale =
        tf.math.minimum(
            quotient(tf, edge.shortest(), tf.reduceMin(exact, first)),
            quotient(tf, edge.longest(), tf.reduceMax(exact, first)));
    // PyTorch multiplies in double precision and drops the fraction.
    Operand<TInt32> target =
        tf.dtypes.cast(
            tf.math.floor(
                tf.math.mul(
                    tf.dtypes.cast(size, TFloat64.class), tf.dtypes.cast(scale, TFloat64.class))),
            TInt32.class);
    Operand<TFloat32> resized =
        tf.image.resizeBilinear(image, target, ResizeBilinear.halfPixelCenters(true));
    Operand<TFloat32> factor = tf.math.div(tf.dtypes.cast(target, TFloat32.class), exact);
    return new TorchResize(
        tf.ensureShape(resized, Shape.of(-1, -1, -1, Layers.channels(image))),
        tf.reverse(factor, tf.constant(new int[] {0})));
  }

  /** A number over a tensor, which PyTorch rounds as a product with the reciprocal. */
  private static Operand<TFloat32> quotient(Ops tf, int number, Operand<TFloat32> divisor) {
    return tf.math.mul(tf.constant((float) number), tf.math.reciprocal(divisor));
  }

  /**
   * Boxes of the resized image in pixels of the original one.
   *
   * @param boxes xMin, yMin, xMax, yMax, [n, 4]
   */
  public Operand<TFloat32> toOriginal(Ops tf, Operand<TFloat32> boxes) {
    return tf.math.div(boxes, tf.concat(List.of(factor, factor), tf.constant(0)));
  }
}
