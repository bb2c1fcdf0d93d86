package io.spinexr.inference.network;

import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A feature pyramid (Lin et al. 2017) with torchvision's keys: 1x1 lateral convolutions, nearest
 * upsampling added from the coarser level, 3x3 output convolutions.
 *
 * @param channels of every level
 */
public record Fpn(int channels) {
  /**
   * @param stages the backbone's outputs to build on, finest first
   * @param prefix before every key, e.g. {@code backbone.fpn.}
   * @return as many levels as stages, finest first
   */
  public List<Operand<TFloat32>> levels(
      Layers layers, List<Operand<TFloat32>> stages, String prefix) {
    Ops tf = layers.tf();
    List<Operand<TFloat32>> levels = new ArrayList<>();
    Operand<TFloat32> coarser = null;
    for (int i = stages.size() - 1; i >= 0; i--) {
      Operand<TFloat32> inner =
          convolution(layers, stages.get(i), prefix + "inner_blocks.%d.0".formatted(i), 1, 1);
      if (coarser != null) {
        inner = tf.math.add(inner, upsample(tf, coarser, inner));
      }
      levels.add(convolution(layers, inner, prefix + "layer_blocks.%d.0".formatted(i), 3, 1));
      coarser = inner;
    }
    Collections.reverse(levels);
    return levels;
  }

  /**
   * Two coarser levels by 3x3 convolutions of stride 2: RetinaNet's P6 and P7.
   *
   * @param source what P6 is computed from: the last level or the backbone's last stage
   */
  public List<Operand<TFloat32>> extraLevels(
      Layers layers, Operand<TFloat32> source, String prefix) {
    Operand<TFloat32> p6 = convolution(layers, source, prefix + "extra_blocks.p6", 3, 2);
    Operand<TFloat32> p7 =
        convolution(layers, layers.tf().nn.relu(p6), prefix + "extra_blocks.p7", 3, 2);
    return List.of(p6, p7);
  }

  private Operand<TFloat32> convolution(
      Layers layers, Operand<TFloat32> x, String key, int kernel, int stride) {
    return layers.biasedConvolution(x, key, channels, kernel, stride, Initializer.linear(), 0);
  }

  /** The coarse map at the target's height and width, each value repeated. */
  static Operand<TFloat32> upsample(Ops tf, Operand<TFloat32> coarse, Operand<TFloat32> target) {
    return tf.image.resizeNearestNeighbor(
        coarse, tf.slice(tf.shape(target), tf.constant(new int[] {1}), tf.constant(new int[] {2})));
  }
}
