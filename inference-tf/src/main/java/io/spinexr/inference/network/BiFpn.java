package io.spinexr.inference.network;

import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Variables.Layout;
import io.spinexr.inference.layer.Variables.Weight;
import io.spinexr.inference.network.EfficientNet.Origin;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * EfficientDet's weighted bidirectional feature pyramid (Tan et al. 2020) with effdet's keys: in
 * every cell information flows down and up again, and each node adds its inputs with learned
 * weights (fast normalised fusion).
 *
 * @param channels of every level
 * @param cells repetitions
 * @param origin where the weights were trained; TensorFlow's have biases before batch
 *     normalisations
 */
public record BiFpn(int channels, int cells, Origin origin) {
  /** Levels P3 to P7, strides 8 to 128. */
  public static final int LEVELS = 5;

  static final float EPSILON = 1e-3f;

  private static final float FUSION_EPSILON = 1e-4f;

  /**
   * The levels P3 to P7.
   *
   * @param stages of strides 8, 16 and 32; the coarsest one's height and width are multiples of 4
   * @param prefix before every key, e.g. {@code fpn.}
   */
  public List<Operand<TFloat32>> levels(
      Layers layers, List<Operand<TFloat32>> stages, String prefix) {
    List<Operand<TFloat32>> levels = new ArrayList<>(stages);
    for (int i = stages.size(); i < LEVELS; i++) {
      String key = "%sresample.%d.".formatted(prefix, i);
      levels.add(layers.maxPool(project(layers, levels.get(i - 1), key), origin.padding()));
    }
    for (int cell = 0; cell < cells; cell++) {
      levels = new Cell(layers, levels, "%scell.%d.".formatted(prefix, cell)).levels();
    }
    return levels;
  }

  /** A 1x1 convolution with batch normalisation where the channels differ. */
  private Operand<TFloat32> project(Layers layers, Operand<TFloat32> x, String key) {
    if (Layers.channels(x) == channels) {
      return x;
    }
    Operand<TFloat32> y = pointwise(layers, x, key + "conv.conv");
    return layers.batchNormalization(y, key + "conv.bn", EPSILON);
  }

  private Operand<TFloat32> pointwise(Layers layers, Operand<TFloat32> x, String key) {
    return origin == Origin.TENSORFLOW
        ? layers.biasedConvolution(x, key, channels, 1, 1, Initializer.linear(), 0)
        : layers.convolution(x, key, channels, 1, 1, Initializer.linear());
  }

  /**
   * A depthwise 3x3 and a 1x1 convolution, to be followed by a batch normalisation: keys {@code
   * key.conv_dw} and {@code key.conv_pw}.
   */
  Operand<TFloat32> separableConvolution(Layers layers, Operand<TFloat32> x, String key) {
    Operand<TFloat32> y = layers.depthwiseConvolution(x, key + ".conv_dw", 3, 1, origin.padding());
    return pointwise(layers, y, key + ".conv_pw");
  }

  /** One repetition. Maps are numbered as in the keys: the cell's inputs, then its nodes. */
  private final class Cell {
    private final Layers layers;
    private final String prefix;
    private final List<Operand<TFloat32>> maps;
    private final List<Integer> levelOf = new ArrayList<>(List.of(0, 1, 2, 3, 4));

    Cell(Layers layers, List<Operand<TFloat32>> inputs, String prefix) {
      this.layers = layers;
      this.prefix = prefix;
      this.maps = new ArrayList<>(inputs);
    }

    List<Operand<TFloat32>> levels() {
      int top = LEVELS - 1;
      int[] latest = {0, 1, 2, 3, top};
      for (int level = top - 1; level >= 0; level--) {
        latest[level] = node(level, List.of(level, latest[level + 1]));
      }
      for (int level = 1; level < top; level++) {
        latest[level] = node(level, List.of(level, latest[level], latest[level - 1]));
      }
      node(top, List.of(top, latest[top - 1]));
      return maps.subList(maps.size() - LEVELS, maps.size());
    }

    /** Adds a map made of others; returns its number. */
    private int node(int level, List<Integer> inputs) {
      String key = "%sfnode.%d.".formatted(prefix, maps.size() - LEVELS);
      Operand<TFloat32> fused = fuse(level, inputs, key + "combine.");
      key += "after_combine.conv";
      Operand<TFloat32> y = separableConvolution(layers, layers.swish(fused), key);
      maps.add(layers.batchNormalization(y, key + ".bn", EPSILON));
      levelOf.add(level);
      return maps.size() - 1;
    }

    private Operand<TFloat32> fuse(int level, List<Integer> inputs, String key) {
      Ops tf = layers.tf();
      Shape shape = Shape.of(inputs.size());
      Operand<TFloat32> weights =
          tf.nn.relu(
              layers
                  .variables()
                  .get(
                      new Weight(
                          key + "edge_weights",
                          shape,
                          Layout.SAME,
                          true,
                          Initializer.constant(1))));
      Operand<TFloat32> sum =
          tf.math.add(tf.reduceSum(weights, tf.constant(0)), tf.constant(FUSION_EPSILON));
      Operand<TFloat32> shares = tf.math.div(weights, sum);
      List<Operand<TFloat32>> weighted = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        Operand<TFloat32> share = tf.gather(shares, tf.constant(i), tf.constant(0));
        weighted.add(tf.math.mul(resample(level, inputs.get(i), key), share));
      }
      return tf.math.addN(weighted);
    }

    private Operand<TFloat32> resample(int level, int map, String key) {
      Operand<TFloat32> x = project(layers, maps.get(map), "%sresample.%d.".formatted(key, map));
      if (levelOf.get(map) < level) {
        return layers.maxPool(x, origin.padding());
      }
      return levelOf.get(map) > level ? Fpn.upsample(layers.tf(), x, maps.get(level)) : x;
    }
  }
}
