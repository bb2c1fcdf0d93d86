package io.spinexr.inference.network;

import io.spinexr.inference.layer.Layers;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A residual network (He et al. 2016) with torchvision's keys, without the head.
 *
 * @param block the kind of residual block
 * @param depths blocks per stage
 * @param widths channels per stage; a bottleneck's output has four times as many
 * @param stem channels of the 7x7 convolution that starts the network
 */
public record ResNet(Block block, List<Integer> depths, List<Integer> widths, int stem) {
  /** The kind of residual block. */
  public enum Block {
    /** Two 3x3 convolutions. */
    BASIC(1),
    /**
     * 1x1, 3x3 and 1x1 convolutions; the last one has four times the channels. The 3x3 convolution
     * has the stride: torchvision's networks, Detectron2's with {@code STRIDE_IN_1X1} false.
     */
    BOTTLENECK(4),
    /**
     * The same with the stride in the first 1x1 convolution: the networks as first published by
     * Microsoft Research, from which Detectron2's model zoo starts.
     */
    BOTTLENECK_STRIDE_IN_1X1(4);

    private final int expansion;

    Block(int expansion) {
      this.expansion = expansion;
    }
  }

  public ResNet {
    depths = List.copyOf(depths);
    widths = List.copyOf(widths);
    if (depths.isEmpty() || depths.size() != widths.size()) {
      throw new IllegalArgumentException("depths and widths must have one number per stage");
    }
  }

  /** ResNet-50 with torchvision's bottlenecks. */
  public static ResNet resnet50() {
    return new ResNet(Block.BOTTLENECK, List.of(3, 4, 6, 3), List.of(64, 128, 256, 512), 64);
  }

  /** ResNet-101 with torchvision's bottlenecks. */
  public static ResNet resnet101() {
    return new ResNet(Block.BOTTLENECK, List.of(3, 4, 23, 3), List.of(64, 128, 256, 512), 64);
  }

  /** The same network of other blocks. */
  public ResNet with(Block other) {
    return new ResNet(other, depths, widths, stem);
  }

  /**
   * The output of each stage, finest first: strides 4, 8, 16, 32.
   *
   * @param image normalised, [batch, height, width, channels]
   * @param prefix before every key, e.g. {@code backbone.body.}
   */
  public List<Operand<TFloat32>> stages(Layers layers, Operand<TFloat32> image, String prefix) {
    Operand<TFloat32> x = layers.convolution(image, prefix + "conv1", stem, 7, 2);
    x = layers.maxPoolAfterRelu(layers.normalizedRelu(x, prefix + "bn1"));
    List<Operand<TFloat32>> stages = new ArrayList<>();
    for (int stage = 0; stage < depths.size(); stage++) {
      for (int i = 0; i < depths.get(stage); i++) {
        String key = "%slayer%d.%d.".formatted(prefix, stage + 1, i);
        int stride = i == 0 && stage > 0 ? 2 : 1;
        x = residual(layers, x, key, widths.get(stage), stride);
      }
      stages.add(x);
    }
    return stages;
  }

  private Operand<TFloat32> residual(
      Layers layers, Operand<TFloat32> x, String key, int width, int stride) {
    int out = width * block.expansion;
    Operand<TFloat32> y = x;
    if (block == Block.BASIC) {
      y = layers.convolution(y, key + "conv1", width, 3, stride);
      y = layers.normalizedRelu(y, key + "bn1");
      y = layers.convolution(y, key + "conv2", out, 3, 1);
      y = layers.batchNormalization(y, key + "bn2");
    } else {
      boolean early = block == Block.BOTTLENECK_STRIDE_IN_1X1;
      y = layers.convolution(y, key + "conv1", width, 1, early ? stride : 1);
      y = layers.normalizedRelu(y, key + "bn1");
      y = layers.convolution(y, key + "conv2", width, 3, early ? 1 : stride);
      y = layers.normalizedRelu(y, key + "bn2");
      y = layers.convolution(y, key + "conv3", out, 1, 1);
      y = layers.batchNormalization(y, key + "bn3");
    }
    Operand<TFloat32> shortcut = x;
    if (stride != 1 || Layers.channels(x) != out) {
      shortcut = layers.convolution(x, key + "downsample.0", out, 1, stride);
      shortcut = layers.batchNormalization(shortcut, key + "downsample.1");
    }
    return layers.tf().nn.relu(layers.tf().math.add(y, shortcut));
  }
}
