package io.spinexr.inference.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What happens at an image's right and bottom edge. */
public final class ImageEdge {
  private ImageEdge() {}

  /**
   * Zeros at the right and at the bottom until height and width are multiples.
   *
   * @param image [batch, height, width, channels]
   */
  public static Operand<TFloat32> padToMultiple(Ops tf, Operand<TFloat32> image, int multiple) {
    Operand<TInt32> size = size(tf, image);
    return pad(tf, image, tf.math.floorMod(tf.math.neg(size), tf.constant(multiple)));
  }

  /**
   * Zeros at the right and at the bottom until the image is a square whose side is a multiple.
   *
   * @param image [batch, height, width, channels]
   */
  public static Operand<TFloat32> padToSquare(Ops tf, Operand<TFloat32> image, int multiple) {
    Operand<TInt32> size = size(tf, image);
    Operand<TInt32> longest = tf.reduceMax(size, tf.constant(0));
    Operand<TInt32> side =
        tf.math.add(longest, tf.math.floorMod(tf.math.neg(longest), tf.constant(multiple)));
    return pad(tf, image, tf.math.sub(side, size));
  }

  private static Operand<TFloat32> pad(Ops tf, Operand<TFloat32> image, Operand<TInt32> missing) {
    Operand<TInt32> none = tf.constant(new int[] {0});
    Operand<TInt32> after = tf.concat(List.of(none, missing, none), tf.constant(0));
    Operand<TInt32> paddings = tf.stack(List.of(tf.zerosLike(after), after), Stack.axis(1L));
    Operand<TFloat32> padded = tf.pad(image, paddings, tf.constant(0f));
    return tf.ensureShape(padded, Shape.of(-1, -1, -1, Layers.channels(image)));
  }

  /**
   * Boxes moved into the image.
   *
   * @param boxes xMin, yMin, xMax, yMax in pixels of the image, [n, 4]
   * @param image [batch, height, width, channels]
   */
  public static Operand<TFloat32> clip(Ops tf, Operand<TFloat32> boxes, Operand<TFloat32> image) {
    Operand<TFloat32> size = tf.dtypes.cast(size(tf, image), TFloat32.class);
    Operand<TFloat32> widthHeight = tf.reverse(size, tf.constant(new int[] {0}));
    Operand<TFloat32> limit = tf.concat(List.of(widthHeight, widthHeight), tf.constant(0));
    return tf.math.minimum(tf.math.maximum(boxes, tf.constant(0f)), limit);
  }

  private static Operand<TInt32> size(Ops tf, Operand<TFloat32> image) {
    return tf.slice(tf.shape(image), tf.constant(new int[] {1}), tf.constant(new int[] {2}));
  }
}
