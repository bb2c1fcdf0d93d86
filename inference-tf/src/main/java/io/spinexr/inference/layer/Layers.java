package io.spinexr.inference.layer;

import io.spinexr.inference.layer.Variables.Layout;
import io.spinexr.inference.layer.Variables.Weight;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The layers that the networks are made of. Feature maps are float [batch, height, width,
 * channels]; the number of input channels is read from the operand. Padding is PyTorch's: a
 * convolution of kernel k pads k / 2 zeros on each side, also with stride 2, unless {@link
 * Padding#SAME} is asked for.
 */
public final class Layers {
  /** Whether batch normalisation uses the batch's statistics or the stored ones. */
  public enum Mode {
    /** Stored statistics; nothing is updated. */
    INFERENCE,
    /** The batch's statistics; {@link Layers#updates()} moves the stored ones. */
    TRAINING
  }

  /** What lies around a feature map. The two differ where the stride is 2. */
  public enum Padding {
    /** k / 2 on each side: PyTorch. */
    SYMMETRIC,
    /** No more than the last window needs, the odd one at the right and bottom: TensorFlow. */
    SAME
  }

  private static final float EPSILON = 1e-5f;

  private final Ops tf;
  private final Variables variables;
  private final Mode mode;
  private final float momentum;
  private final List<Op> updates = new ArrayList<>();

  /** With PyTorch's momentum of 0.1 for running statistics. */
  public Layers(Ops tf, Variables variables, Mode mode) {
    this(tf, variables, mode, 0.1f);
  }

  /**
   * @param momentum how far one batch moves the running statistics, in (0,1]
   */
  public Layers(Ops tf, Variables variables, Mode mode, float momentum) {
    this.tf = tf;
    this.variables = variables;
    this.mode = mode;
    this.momentum = momentum;
  }

  public Ops tf() {
    return tf;
  }

  public Variables variables() {
    return variables;
  }

  /** What has to run with each training step so that the running statistics follow. */
  public List<Op> updates() {
    return List.copyOf(updates);
  }

  /** Number of channels (last axis) of a feature map. */
  public static int channels(Operand<?> x) {
    Shape shape = x.asOutput().shape();
    return (int) shape.get(shape.numDimensions() - 1);
  }

  /** Convolution without bias, initialised after He; weight {@code key.weight}. */
  public Operand<TFloat32> convolution(
      Operand<TFloat32> x, String key, int out, int kernel, int stride) {
    return convolution(x, key, out, kernel, stride, Initializer.he());
  }

  /** Convolution without bias; weight {@code key.weight}. */
  public Operand<TFloat32> convolution(
      Operand<TFloat32> x, String key, int out, int kernel, int stride, Initializer initializer) {
    return convolution(x, key, out, kernel, stride, Padding.SYMMETRIC, initializer);
  }

  /** Convolution without bias; weight {@code key.weight}. */
  public Operand<TFloat32> convolution(
      Operand<TFloat32> x,
      String key,
      int out,
      int kernel,
      int stride,
      Padding padding,
      Initializer initializer) {
    Shape shape = Shape.of(kernel, kernel, channels(x), out);
    Variable<TFloat32> weight =
        variables.get(new Weight(key + ".weight", shape, Layout.CONVOLUTION, true, initializer));
    List<Long> strides = List.of(1L, (long) stride, (long) stride, 1L);
    if (stride == 1 || padding == Padding.SAME) {
      return tf.nn.conv2d(x, weight, strides, "SAME");
    }
    return tf.nn.conv2d(pad(x, kernel / 2, 0), weight, strides, "VALID");
  }

  /** Convolution of each channel by itself, without bias; weight {@code key.weight}. */
  public Operand<TFloat32> depthwiseConvolution(
      Operand<TFloat32> x, String key, int kernel, int stride, Padding padding) {
    Shape shape = Shape.of(kernel, kernel, channels(x), 1);
    Initializer initializer = Initializer.normal(Math.sqrt(2.0 / (kernel * kernel)));
    Variable<TFloat32> weight =
        variables.get(
            new Weight(key + ".weight", shape, Layout.DEPTHWISE_CONVOLUTION, true, initializer));
    List<Long> strides = List.of(1L, (long) stride, (long) stride, 1L);
    if (stride == 1 || padding == Padding.SAME) {
      return tf.nn.depthwiseConv2dNative(x, weight, strides, "SAME");
    }
    return tf.nn.depthwiseConv2dNative(pad(x, kernel / 2, 0), weight, strides, "VALID");
  }

  /** Convolution with bias: weights {@code key.weight} and {@code key.bias}. */
  public Operand<TFloat32> biasedConvolution(
      Operand<TFloat32> x,
      String key,
      int out,
      int kernel,
      int stride,
      Initializer initializer,
      float bias) {
    return bias(convolution(x, key, out, kernel, stride, initializer), key, bias);
  }

  private Operand<TFloat32> bias(Operand<TFloat32> x, String key, float initial) {
    return tf.nn.biasAdd(
        x, perChannel(key + ".bias", channels(x), true, Initializer.constant(initial)));
  }

  /**
   * Batch normalisation, epsilon 1e-5: weights {@code key.weight}, {@code key.bias}, statistics
   * {@code key.running_mean}, {@code key.running_var}.
   */
  public Operand<TFloat32> batchNormalization(Operand<TFloat32> x, String key) {
    return batchNormalization(x, key, EPSILON);
  }

  /** Batch normalisation with the same weights and another epsilon. */
  public Operand<TFloat32> batchNormalization(Operand<TFloat32> x, String key, float epsilon) {
    int channels = channels(x);
    Variable<TFloat32> scale = perChannel(key + ".weight", channels, true, Initializer.constant(1));
    Variable<TFloat32> offset = perChannel(key + ".bias", channels, true, Initializer.constant(0));
    Variable<TFloat32> mean =
        perChannel(key + ".running_mean", channels, false, Initializer.constant(0));
    Variable<TFloat32> variance =
        perChannel(key + ".running_var", channels, false, Initializer.constant(1));
    if (mode == Mode.INFERENCE) {
      return tf.nn
          .fusedBatchNorm(
              x,
              scale,
              offset,
              mean,
              variance,
              FusedBatchNorm.isTraining(false),
              FusedBatchNorm.epsilon(epsilon))
          .y();
    }
    Operand<TFloat32> none = tf.constant(new float[0]);
    FusedBatchNorm<TFloat32, TFloat32> normalized =
        tf.nn.fusedBatchNorm(
            x,
            scale,
            offset,
            none,
            none,
            FusedBatchNorm.isTraining(true),
            FusedBatchNorm.epsilon(epsilon));
    follow(mean, normalized.batchMean());
    follow(variance, normalized.batchVariance());
    return normalized.y();
  }

  private void follow(Variable<TFloat32> running, Operand<TFloat32> batch) {
    Operand<TFloat32> step = tf.math.mul(tf.math.sub(running, batch), tf.constant(momentum));
    updates.add(tf.assignSub(running, step));
  }

  private Variable<TFloat32> perChannel(
      String key, int channels, boolean trainable, Initializer initializer) {
    return variables.get(new Weight(key, Shape.of(channels), Layout.SAME, trainable, initializer));
  }

  /** Batch normalisation and ReLU. */
  public Operand<TFloat32> normalizedRelu(Operand<TFloat32> x, String key) {
    return tf.nn.relu(batchNormalization(x, key));
  }

  /** Fully connected layer on [batch, in]: weights {@code key.weight} and {@code key.bias}. */
  public Operand<TFloat32> linear(Operand<TFloat32> x, String key, int out) {
    return linear(x, key, out, 0);
  }

  /** Fully connected layer whose bias starts at {@code bias}. */
  public Operand<TFloat32> linear(Operand<TFloat32> x, String key, int out, float bias) {
    return bias(linearWithoutBias(x, key, out), key, bias);
  }

  /** Fully connected layer on [batch, in] without bias: weight {@code key.weight}. */
  public Operand<TFloat32> linearWithoutBias(Operand<TFloat32> x, String key, int out) {
    return product(x, key + ".weight", out);
  }

  private Operand<TFloat32> product(Operand<TFloat32> x, String weightKey, int out) {
    Shape shape = Shape.of(channels(x), out);
    Initializer initializer = Initializer.normal(1 / Math.sqrt(channels(x)));
    Variable<TFloat32> weight =
        variables.get(new Weight(weightKey, shape, Layout.LINEAR, true, initializer));
    return tf.linalg.matMul(x, weight);
  }

  /**
   * Query, key and value of an attention layer from one product on [batch, in], one behind the
   * other: weights {@code prefix + in_proj_weight} and {@code prefix + in_proj_bias}, as PyTorch
   * calls them.
   *
   * @return [batch, 3 * out]
   */
  public Operand<TFloat32> attentionInput(Operand<TFloat32> x, String prefix, int out) {
    return tf.nn.biasAdd(
        product(x, prefix + "in_proj_weight", 3 * out),
        perChannel(prefix + "in_proj_bias", 3 * out, true, Initializer.constant(0)));
  }

  /**
   * Layer normalisation over the last axis, epsilon 1e-5 (Ba et al. 2016): weights {@code
   * key.weight} and {@code key.bias}.
   */
  public Operand<TFloat32> layerNormalization(Operand<TFloat32> x, String key) {
    int channels = channels(x);
    Operand<TInt32> last = tf.constant(-1);
    Operand<TFloat32> centered = tf.math.sub(x, tf.math.mean(x, last, Mean.keepDims(true)));
    Operand<TFloat32> variance = tf.math.mean(tf.math.square(centered), last, Mean.keepDims(true));
    Operand<TFloat32> factor = tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON)));
    return tf.math.add(
        tf.math.mul(
            tf.math.mul(centered, factor),
            perChannel(key + ".weight", channels, true, Initializer.constant(1))),
        perChannel(key + ".bias", channels, true, Initializer.constant(0)));
  }

  /** 3x3 max pooling with stride 2. Inputs are at least 0 (after ReLU), so zeros may pad. */
  public Operand<TFloat32> maxPoolAfterRelu(Operand<TFloat32> x) {
    Operand<TInt32> kernel = tf.constant(new int[] {1, 3, 3, 1});
    Operand<TInt32> strides = tf.constant(new int[] {1, 2, 2, 1});
    return tf.nn.maxPool(pad(x, 1, 0), kernel, strides, "VALID");
  }

  /** 3x3 max pooling with stride 2 of any values; the padding never wins. */
  public Operand<TFloat32> maxPool(Operand<TFloat32> x, Padding padding) {
    Operand<TInt32> kernel = tf.constant(new int[] {1, 3, 3, 1});
    Operand<TInt32> strides = tf.constant(new int[] {1, 2, 2, 1});
    if (padding == Padding.SAME) {
      return tf.nn.maxPool(x, kernel, strides, "SAME");
    }
    return tf.nn.maxPool(pad(x, 1, Float.NEGATIVE_INFINITY), kernel, strides, "VALID");
  }

  /** x * sigmoid(x) (Ramachandran et al. 2017); PyTorch's SiLU. */
  public Operand<TFloat32> swish(Operand<TFloat32> x) {
    return tf.math.mul(x, tf.math.sigmoid(x));
  }

  /** 2x2 average pooling with stride 2; an odd last row or column is dropped. */
  public Operand<TFloat32> averagePool(Operand<TFloat32> x) {
    List<Long> window = List.of(1L, 2L, 2L, 1L);
    return tf.nn.avgPool(x, window, window, "VALID");
  }

  /** Mean over height and width: [batch, height, width, channels] to [batch, channels]. */
  public Operand<TFloat32> globalAveragePool(Operand<TFloat32> x) {
    return tf.math.mean(x, tf.constant(new int[] {1, 2}));
  }

  private Operand<TFloat32> pad(Operand<TFloat32> x, int margin, float value) {
    if (margin == 0) {
      return x;
    }
    int[][] paddings = {{0, 0}, {margin, margin}, {margin, margin}, {0, 0}};
    return tf.pad(x, tf.constant(paddings), tf.constant(value));
  }
}
