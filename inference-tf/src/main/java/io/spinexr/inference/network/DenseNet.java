package io.spinexr.inference.network;

import io.spinexr.inference.layer.Layers;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A densely connected network (Huang et al. 2017) in torchvision's form and with its keys: 7x7 stem
 * of stride 2 and max pooling, dense blocks of bottleneck layers, transitions that halve channels,
 * height and width, {@code norm5}, global average pooling and one linear layer.
 *
 * @param growth channels that each layer adds
 * @param blocks layers per dense block
 * @param stem channels of the first convolution
 * @param reluAfterNorm5 true in torchvision; the reference implementation of VinDr-SpineXR has none
 */
public record DenseNet(int growth, List<Integer> blocks, int stem, boolean reluAfterNorm5) {
  private static final int BOTTLENECK = 4;

  public DenseNet {
    blocks = List.copyOf(blocks);
    if (growth < 1 || stem < 1 || blocks.isEmpty() || blocks.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException("growth, stem and every block must be at least 1");
    }
  }

  /** DenseNet-121 with or without torchvision's last ReLU. */
  public static DenseNet densenet121(boolean reluAfterNorm5) {
    return new DenseNet(32, List.of(6, 12, 24, 16), 64, reluAfterNorm5);
  }

  /** DenseNet-169 with or without torchvision's last ReLU. */
  public static DenseNet densenet169(boolean reluAfterNorm5) {
    return new DenseNet(32, List.of(6, 12, 32, 32), 64, reluAfterNorm5);
  }

  /** DenseNet-201 with or without torchvision's last ReLU. */
  public static DenseNet densenet201(boolean reluAfterNorm5) {
    return new DenseNet(32, List.of(6, 12, 48, 32), 64, reluAfterNorm5);
  }

  /**
   * The last feature maps, with stride 32 for four blocks.
   *
   * @param image normalised, [batch, height, width, channels]
   */
  public Operand<TFloat32> features(Layers layers, Operand<TFloat32> image) {
    Operand<TFloat32> x = layers.convolution(image, "features.conv0", stem, 7, 2);
    x = layers.maxPoolAfterRelu(layers.normalizedRelu(x, "features.norm0"));
    for (int block = 1; block <= blocks.size(); block++) {
      x = denseBlock(layers, x, block);
      if (block < blocks.size()) {
        x = transition(layers, x, "features.transition" + block);
      }
    }
    x = layers.batchNormalization(x, "features.norm5");
    return reluAfterNorm5 ? layers.tf().nn.relu(x) : x;
  }

  private Operand<TFloat32> denseBlock(Layers layers, Operand<TFloat32> x, int block) {
    for (int i = 1; i <= blocks.get(block - 1); i++) {
      String key = "features.denseblock%d.denselayer%d.".formatted(block, i);
      Operand<TFloat32> y = layers.normalizedRelu(x, key + "norm1");
      y = layers.convolution(y, key + "conv1", BOTTLENECK * growth, 1, 1);
      y = layers.normalizedRelu(y, key + "norm2");
      y = layers.convolution(y, key + "conv2", growth, 3, 1);
      x = layers.tf().concat(List.of(x, y), layers.tf().constant(3));
    }
    return x;
  }

  private static Operand<TFloat32> transition(Layers layers, Operand<TFloat32> x, String key) {
    int half = Layers.channels(x) / 2;
    Operand<TFloat32> y = layers.normalizedRelu(x, key + ".norm");
    return layers.averagePool(layers.convolution(y, key + ".conv", half, 1, 1));
  }

  /**
   * The head.
   *
   * @param features what {@link #features} returned
   * @param classes number of outputs
   * @return logits, [batch, classes]
   */
  public Operand<TFloat32> logits(Layers layers, Operand<TFloat32> features, int classes) {
    return layers.linear(layers.globalAveragePool(features), "classifier", classes);
  }
}
