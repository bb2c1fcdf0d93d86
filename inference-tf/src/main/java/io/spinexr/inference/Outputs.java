package io.spinexr.inference;

import io.spinexr.inference.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a network answered, by name. Lengths that its signature leaves open are checked here. */
public record Outputs(Map<String, Tensor> tensors) {
  private static final float ROUNDING = 1e-5f;

  /**
   * The numbers of an output of single precision.
   *
   * @param shape the length of each axis, -1 for any
   * @throws IllegalArgumentException if it has another one
   */
  public float[] floats(String name, int... shape) {
    return of(name, Tensor.Floats.class, shape).values();
  }

  /**
   * The numbers of an output of probabilities. Those that lie outside [0,1] by no more than
   * rounding, 1e-5, are clamped; others are left as they are, for whoever reads them to refuse.
   *
   * @param shape the length of each axis, -1 for any
   * @throws IllegalArgumentException if it has another one
   */
  public float[] probabilities(String name, int... shape) {
    float[] values = floats(name, shape);
    float[] clamped = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float inside = Math.max(0, Math.min(1, values[i]));
      clamped[i] = Math.abs(values[i] - inside) <= ROUNDING ? inside : values[i];
    }
    return clamped;
  }

  /**
   * The numbers of an output of integers.
   *
   * @param shape the length of each axis, -1 for any
   * @throws IllegalArgumentException if it has another one
   */
  public int[] ints(String name, int... shape) {
    return of(name, Tensor.Ints.class, shape).values();
  }

  private <T extends Tensor> T of(String name, Class<T> type, int... wanted) {
    Tensor tensor = tensors.get(name);
    if (!type.isInstance(tensor)) {
      throw new IllegalArgumentException(
          "output \"%s\" is missing or holds other numbers than the network said".formatted(name));
    }
    List<Integer> shape = tensor.shape();
    if (shape.size() != wanted.length
        || IntStream.range(0, wanted.length)
            .anyMatch(axis -> wanted[axis] >= 0 && wanted[axis] != shape.get(axis))) {
      throw new IllegalArgumentException(
          "output \"%s\" must have the shape %s, but has %s"
              .formatted(name, Arrays.toString(wanted), shape));
    }
    return type.cast(tensor);
  }
}
