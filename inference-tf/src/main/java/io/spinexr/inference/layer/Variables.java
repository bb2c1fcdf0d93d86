package io.spinexr.inference.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * The weights of one graph, by name. Names follow the dotted keys of PyTorch checkpoints ({@code
 * features.conv0.weight}), so that a checkpoint fills them by name; they are also the names of the
 * operations in the graph and of the variables in its SavedModel.
 *
 * <p>Weights are {@code VariableV2}: as constants they would load several times slower and need
 * several times the memory, and resource variables are not saved by the exporter.
 */
public final class Variables {
  /** How a variable's axes relate to those of the same weight in a PyTorch checkpoint. */
  public enum Layout {
    /** The same axes. */
    SAME,
    /** [height, width, in, out] here, [out, in, height, width] there. */
    CONVOLUTION,
    /** [height, width, channels, 1] here, [channels, 1, height, width] there. */
    DEPTHWISE_CONVOLUTION,
    /** [in, out] here, [out, in] there. */
    LINEAR
  }

  /**
   * One weight.
   *
   * @param key its dotted name
   * @param shape in TensorFlow's axis order
   * @param trainable whether gradients move it; running statistics are not trainable
   */
  public record Weight(
      String key, Shape shape, Layout layout, boolean trainable, Initializer initializer) {}

  private record Entry(Weight weight, Variable<TFloat32> variable) {}

  private final Ops tf;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Placeholder<TFloat32>> feeds = new HashMap<>();
  private final Map<String, Op> assignments = new HashMap<>();

  /**
   * @param tf builds operations in the graph that holds the variables
   */
  public Variables(Ops tf) {
    this.tf = tf;
  }

  /**
   * The variable of this weight: created on the first call, shared by later calls with the same
   * key.
   *
   * @throws IllegalArgumentException if the key exists with another shape
   */
  public Variable<TFloat32> get(Weight weight) {
    Entry entry = entries.get(weight.key());
    if (entry == null) {
      entry = new Entry(weight, tf.withName(weight.key()).variable(weight.shape(), TFloat32.class));
      entries.put(weight.key(), entry);
    } else if (!entry.weight().shape().equals(weight.shape())) {
      throw new IllegalArgumentException(
          "weight %s has shape %s and cannot be shared as %s"
              .formatted(weight.key(), entry.weight().shape(), weight.shape()));
    }
    return entry.variable();
  }

  /** Every weight, in the order of creation. */
  public List<Weight> weights() {
    return entries.values().stream().map(Entry::weight).toList();
  }

  /** Gives every weight its initial values, the same ones for the same seed and name. */
  public void initialize(Session session, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    entries.forEach(
        (key, entry) ->
            values.put(
                key,
                entry
                    .weight()
                    .initializer()
                    .values(entry.weight().shape(), new Random(seed * 31 + key.hashCode()))));
    assign(session, values);
  }

  /**
   * Sets weights.
   *
   * @param values by key, in TensorFlow's axis order, row by row
   * @throws IllegalArgumentException naming unknown keys, or the first one with a wrong size
   */
  public void assign(Session session, Map<String, float[]> values) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(entries.keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("no such weights: " + unknown);
    }
    List<TFloat32> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      values.forEach(
          (key, array) -> {
            Entry entry = entry(key);
            Shape shape = entry.weight().shape();
            if (shape.size() != array.length) {
              throw new IllegalArgumentException(
                  "weight %s needs %d values, but got %d"
                      .formatted(key, shape.size(), array.length));
            }
            TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(array, false, false));
            tensors.add(tensor);
            Placeholder<TFloat32> feed =
                feeds.computeIfAbsent(
                    key, k -> tf.placeholder(TFloat32.class, Placeholder.shape(shape)));
            runner.feed(feed, tensor);
            runner.addTarget(
                assignments.computeIfAbsent(key, k -> tf.assign(entry.variable(), feed)));
          });
      if (!values.isEmpty()) {
        runner.run().close();
      }
    } finally {
      tensors.forEach(TFloat32::close);
    }
  }

  /** Every weight's values by key, in TensorFlow's axis order, row by row. */
  public Map<String, float[]> read(Session session) {
    return read(session, entries.keySet());
  }

  /** The values of the weights with these keys. */
  public Map<String, float[]> read(Session session, Collection<String> keys) {
    if (keys.isEmpty()) {
      return Map.of();
    }
    Session.Runner runner = session.runner();
    keys.forEach(key -> runner.fetch((Operand<?>) entry(key).variable()));
    Map<String, float[]> values = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      int i = 0;
      for (String key : keys) {
        TFloat32 tensor = (TFloat32) result.get(i++);
        float[] array = new float[(int) tensor.size()];
        tensor.copyTo(DataBuffers.of(array, false, false));
        values.put(key, array);
      }
    }
    return Collections.unmodifiableMap(values);
  }

  private Entry entry(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalArgumentException("no such weight: " + key);
    }
    return entry;
  }
}
