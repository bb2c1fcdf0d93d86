package io.spinexr.inference.runtime;

import java.util.List;
import java.util.Optional;

/**
 * What a network says of one of its inputs or outputs.
 *
 * @param elements {@link #UINT8}, {@link #FLOAT32}, {@link #INT32}, or what the runtime calls
 *     others
 * @param shape the length of each axis, -1 where it is open; empty if even their number is
 */
public record TensorType(String elements, Optional<List<Integer>> shape) {
  /** Unsigned bytes. */
  public static final String UINT8 = "uint8";

  /** Single precision. */
  public static final String FLOAT32 = "float32";

  /** Signed integers of 32 bits. */
  public static final String INT32 = "int32";

  public TensorType {
    shape = shape.map(List::copyOf);
  }

  @Override
  public String toString() {
    return elements + " " + shape.map(List::toString).orElse("of any shape");
  }
}
