package io.spinexr.inference.runtime;

import java.util.List;

/**
 * Numbers in a grid of any number of axes, the last axis running fastest. The array is shared, not
 * copied: whoever makes a tensor hands it over and does not write to it again.
 */
public sealed interface Tensor {
  /** The length of each axis. */
  List<Integer> shape();

  /**
   * Unsigned bytes.
   *
   * @param values as many as the product of the shape
   */
  record Bytes(List<Integer> shape, byte[] values) implements Tensor {
    public Bytes {
      shape = fitting(shape, values.length);
    }
  }

  /**
   * Single precision.
   *
   * @param values as many as the product of the shape
   */
  record Floats(List<Integer> shape, float[] values) implements Tensor {
    public Floats {
      shape = fitting(shape, values.length);
    }
  }

  /**
   * Signed integers of 32 bits.
   *
   * @param values as many as the product of the shape
   */
  record Ints(List<Integer> shape, int[] values) implements Tensor {
    public Ints {
      shape = fitting(shape, values.length);
    }
  }

  private static List<Integer> fitting(List<Integer> shape, int values) {
    if (shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact) != values) {
      throw new IllegalArgumentException(
          "a tensor of shape %s cannot hold %d numbers".formatted(shape, values));
    }
    return List.copyOf(shape);
  }
}
