package io.spinexr.inference.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** A tensor of a checkpoint: a strided view of stored elements. */
public final class CheckpointTensor {
  private final List<Long> shape;
  private final long[] strides;
  private final int offset;
  private final ElementType type;
  private final Supplier<ByteBuffer> storage;

  /**
   * @param offset of the first element, in elements
   * @param strides per axis, in elements
   * @param storage reads the elements, little-endian from position 0
   */
  CheckpointTensor(
      List<Long> shape,
      List<Long> strides,
      long offset,
      ElementType type,
      long storageBytes,
      Supplier<ByteBuffer> storage) {
    if (shape.size() != strides.size() || shape.size() > 8) {
      throw new CorruptCheckpoint("a tensor of shape " + shape + " has strides " + strides);
    }
    if (!shape.contains(0L)) {
      requireInside(shape, strides, offset, storageBytes / type.bytes);
    }
    this.shape = List.copyOf(shape);
    this.strides = strides.stream().mapToLong(Long::longValue).toArray();
    this.offset = (int) offset;
    this.type = type;
    this.storage = storage;
  }

  private static void requireInside(
      List<Long> shape, List<Long> strides, long offset, long available) {
    long last = offset;
    long size = 1;
    for (int axis = 0; axis < shape.size(); axis++) {
      long extent = shape.get(axis);
      long stride = strides.get(axis);
      boolean possible = extent > 0 && extent <= available && stride >= 0 && stride <= available;
      size = possible ? size * extent : -1;
      if (size < 0 || size > available) {
        throw new CorruptCheckpoint("a tensor has the impossible shape " + shape);
      }
      last += (extent - 1) * stride;
    }
    if (offset < 0 || offset > available || last >= available) {
      throw new CorruptCheckpoint("a tensor of shape %s ends outside its storage".formatted(shape));
    }
  }

  /** Extent per axis, in PyTorch's axis order; empty for a scalar. */
  public List<Long> shape() {
    return shape;
  }

  /** The values row by row, whatever the storage order and element type. */
  public float[] values() {
    if (shape.contains(0L)) {
      return new float[0];
    }
    long size = shape.stream().reduce(1L, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(size)];
    ByteBuffer elements = storage.get().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (type == ElementType.FLOAT32 && contiguous()) {
      elements.asFloatBuffer().get(offset, values);
      return values;
    }
    int[] index = new int[strides.length];
    for (int i = 0; i < values.length; i++) {
      long at = offset;
      for (int axis = 0; axis < index.length; axis++) {
        at += index[axis] * strides[axis];
      }
      values[i] = type.read(elements, Math.toIntExact(at * type.bytes));
      increment(index);
    }
    return values;
  }

  private void increment(int[] index) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape.get(axis)) {
        return;
      }
      index[axis] = 0;
    }
  }

  private boolean contiguous() {
    return Arrays.equals(
        strides, contiguousStrides(shape).stream().mapToLong(Long::longValue).toArray());
  }

  /** The strides of row-by-row storage. */
  static List<Long> contiguousStrides(List<Long> shape) {
    Long[] strides = new Long[shape.size()];
    long stride = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, shape.get(axis));
    }
    return List.of(strides);
  }
}
