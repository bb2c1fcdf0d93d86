package io.spinexr.inference.network;

import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Layers.Padding;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * EfficientNet (Tan and Le 2019) without its head, with timm's keys: inverted residual blocks of
 * depthwise convolutions with squeeze-and-excitation and swish.
 *
 * @param width factor on the channels of B0, rounded to multiples of 8
 * @param depth factor on the blocks per stage of B0, rounded up
 * @param origin where the weights were trained
 */
public record EfficientNet(double width, double depth, Origin origin) {
  /** Where weights were trained, which decides the padding and the epsilon. */
  public enum Origin {
    /** TensorFlow; timm's names for these start with {@code tf_}. */
    TENSORFLOW(Padding.SAME, 1e-3f),
    /** PyTorch. */
    PYTORCH(Padding.SYMMETRIC, 1e-5f);

    private final Padding padding;
    private final float epsilon;

    Origin(Padding padding, float epsilon) {
      this.padding = padding;
      this.epsilon = epsilon;
    }

    /** Padding of every convolution and pooling. */
    public Padding padding() {
      return padding;
    }
  }

  /**
   * The blocks between two changes of resolution or width, as B0 has them.
   *
   * @param expansion of the channels inside a block
   * @param stride of the first block
   */
  private record Stage(int blocks, int kernel, int stride, int expansion, int channels) {}

  private static final int STEM = 32;

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 3, 1, 1, 16),
          new Stage(2, 3, 2, 6, 24),
          new Stage(2, 5, 2, 6, 40),
          new Stage(3, 3, 2, 6, 80),
          new Stage(3, 5, 1, 6, 112),
          new Stage(4, 5, 2, 6, 192),
          new Stage(1, 3, 1, 6, 320));

  /** The stages whose outputs are the last ones of their resolution: strides 8, 16, 32. */
  private static final List<Integer> OUTPUTS = List.of(2, 4, 6);

  /**
   * The outputs of strides 8, 16 and 32.
   *
   * @param image normalised, [batch, height, width, 3]
   * @param prefix before every key, e.g. {@code backbone.}
   */
  public List<Operand<TFloat32>> levels(Layers layers, Operand<TFloat32> image, String prefix) {
    Operand<TFloat32> x =
        layers.convolution(
            image, prefix + "conv_stem", channels(STEM), 3, 2, origin.padding, Initializer.he());
    x = layers.swish(layers.batchNormalization(x, prefix + "bn1", origin.epsilon));
    List<Operand<TFloat32>> levels = new ArrayList<>();
    for (int i = 0; i < STAGES.size(); i++) {
      Stage stage = STAGES.get(i);
      int blocks = (int) Math.ceil(stage.blocks() * depth);
      for (int block = 0; block < blocks; block++) {
        String key = "%sblocks.%d.%d.".formatted(prefix, i, block);
        x = block(layers, x, key, stage, block == 0 ? stage.stride() : 1);
      }
      if (OUTPUTS.contains(i)) {
        levels.add(x);
      }
    }
    return levels;
  }

  private int channels(int ofB0) {
    double exact = ofB0 * width;
    int rounded = Math.max(8, (int) (exact + 4) / 8 * 8);
    return rounded < 0.9 * exact ? rounded + 8 : rounded;
  }

  private Operand<TFloat32> block(
      Layers layers, Operand<TFloat32> x, String key, Stage stage, int stride) {
    int in = Layers.channels(x);
    int out = channels(stage.channels());
    // Blocks without expansion lack the first convolution, so the others move up in their keys.
    boolean expands = stage.expansion() > 1;
    Operand<TFloat32> y = x;
    if (expands) {
      y = layers.convolution(y, key + "conv_pw", in * stage.expansion(), 1, 1);
      y = layers.swish(layers.batchNormalization(y, key + "bn1", origin.epsilon));
    }
    y = layers.depthwiseConvolution(y, key + "conv_dw", stage.kernel(), stride, origin.padding);
    y = layers.batchNormalization(y, key + (expands ? "bn2" : "bn1"), origin.epsilon);
    y = squeezeExcite(layers, layers.swish(y), key + "se.", in / 4);
    y = layers.convolution(y, key + (expands ? "conv_pwl" : "conv_pw"), out, 1, 1);
    y = layers.batchNormalization(y, key + (expands ? "bn3" : "bn2"), origin.epsilon);
    return stride == 1 && in == out ? layers.tf().math.add(y, x) : y;
  }

  /** Every channel times a number in (0,1) that depends on the means of all channels. */
  private static Operand<TFloat32> squeezeExcite(
      Layers layers, Operand<TFloat32> x, String key, int squeezed) {
    Operand<TFloat32> means =
        layers.tf().math.mean(x, layers.tf().constant(new int[] {1, 2}), Mean.keepDims(true));
    Operand<TFloat32> y =
        layers.biasedConvolution(means, key + "conv_reduce", squeezed, 1, 1, Initializer.he(), 0);
    y =
        layers.biasedConvolution(
            layers.swish(y),
            key + "conv_expand",
            Layers.channels(x),
            1,
            1,
            Initializer.linear(),
            0);
    return layers.tf().math.mul(x, layers.tf().math.sigmoid(y));
  }
}
