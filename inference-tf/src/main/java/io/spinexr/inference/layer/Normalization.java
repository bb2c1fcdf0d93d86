package io.spinexr.inference.layer;

import java.util.Collections;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;

/**
 * From grey levels to what a network's first layer sees: {@code (level - mean) / deviation} in each
 * channel. The grey levels fill every channel alike, so the order of channels only decides which
 * mean belongs to which.
 *
 * @param mean per input channel, in grey levels; one or three of them
 * @param deviation per input channel, in grey levels, above 0
 */
public record Normalization(List<Float> mean, List<Float> deviation) {
  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != deviation.size() || (mean.size() != 1 && mean.size() != 3)) {
      throw new IllegalArgumentException("mean and deviation must both have 1 or 3 channels");
    }
    if (deviation.stream().anyMatch(value -> !(value > 0))) {
      throw new IllegalArgumentException("every deviation must be above 0, but is " + deviation);
    }
  }

  /** Detectron2's defaults, which the reference implementation uses: BGR means, deviation 1. */
  public static Normalization detectron2() {
    return new Normalization(List.of(103.53f, 116.28f, 123.675f), List.of(1f, 1f, 1f));
  }

  /** ImageNet's RGB means and deviations, as the paper words it. */
  public static Normalization imageNet() {
    return new Normalization(
        List.of(123.675f, 116.28f, 103.53f), List.of(58.395f, 57.12f, 57.375f));
  }

  /** One channel. */
  public static Normalization gray(float mean, float deviation) {
    return new Normalization(List.of(mean), List.of(deviation));
  }

  /** Number of channels of the first layer's input, 1 or 3. */
  public int channels() {
    return mean.size();
  }

  /**
   * @param image grey levels, [batch, height, width]
   * @return [batch, height, width, channels]
   */
  public Operand<TFloat32> apply(Ops tf, Operand<TUint8> image) {
    Operand<TFloat32> levels =
        tf.expandDims(tf.dtypes.cast(image, TFloat32.class), tf.constant(-1));
    Operand<TFloat32> channels =
        channels() == 1 ? levels : tf.concat(Collections.nCopies(channels(), levels), last(tf));
    return tf.math.div(tf.math.sub(channels, vector(tf, mean)), vector(tf, deviation));
  }

  private static Operand<? extends TNumber> last(Ops tf) {
    return tf.constant(-1);
  }

  private static Operand<TFloat32> vector(Ops tf, List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return tf.constant(array);
  }
}
