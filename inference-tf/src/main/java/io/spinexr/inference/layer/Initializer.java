package io.spinexr.inference.layer;

import java.util.Arrays;
import java.util.Random;
import org.tensorflow.ndarray.Shape;

/** Where the values of a variable start. */
@FunctionalInterface
public interface Initializer {
  /**
   * @param shape of the variable, in TensorFlow's axis order
   * @param random seeded for this variable
   * @return {@code shape.size()} values, row by row
   */
  float[] values(Shape shape, Random random);

  /** The same value everywhere. */
  static Initializer constant(float value) {
    return (shape, random) -> {
      float[] values = new float[(int) shape.size()];
      Arrays.fill(values, value);
      return values;
    };
  }

  /** Normal distribution around 0. */
  static Initializer normal(double standardDeviation) {
    return (shape, random) -> {
      float[] values = new float[(int) shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * standardDeviation);
      }
      return values;
    };
  }

  /**
   * Normal distribution of variance 2 / fan-in (He et al. 2015), for weights whose last axis is the
   * output: [height, width, in, out] or [in, out].
   */
  static Initializer he() {
    return (shape, random) -> {
      double fanIn = (double) shape.size() / shape.get(shape.numDimensions() - 1);
      return normal(Math.sqrt(2 / fanIn)).values(shape, random);
    };
  }

  /** As {@link #he()} with variance 1 / fan-in, for layers that no ReLU follows. */
  static Initializer linear() {
    return (shape, random) -> {
      double fanIn = (double) shape.size() / shape.get(shape.numDimensions() - 1);
      return normal(Math.sqrt(1 / fanIn)).values(shape, random);
    };
  }
}
