package io.spinexr.inference.network;

import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.layer.Variables.Layout;
import io.spinexr.inference.layer.Variables.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * A small convolutional network that tells whether an image is a radiograph of the spine, and
 * which. Each stage halves height and width; what remains of the last is read with its places,
 * because a spine is known by how its parts lie. The mean of each channel of each stage is a
 * feature, from edges to shapes; how far the features of an image are from those of the training
 * images is the Mahalanobis distance, whose mean and inverse covariance are weights.
 *
 * @param size of the input in pixels, multiples of 2 to the power of the stages
 * @param widths channels of each stage
 * @param embedding numbers that the last stage is read into
 * @param regions of the spine that are told apart
 */
public record CheckNetwork(InputSize.Fixed size, List<Integer> widths, int embedding, int regions) {
  /** Key of the mean of the training images' features. */
  public static final String MEAN = "distance.mean";

  /** Key of the inverse of their covariance. */
  public static final String PRECISION = "distance.precision";

  private static final int ORIENTATIONS = 4;
  private static final int VIEWS = 2;

  /** Channels of the last stage when it is read with its places. */
  private static final int READ = 12;

  public CheckNetwork {
    widths = List.copyOf(widths);
  }

  /**
   * What the network says before it is made probabilities.
   *
   * @param spine [batch, 1]
   * @param orientation [batch, 4]
   * @param region [batch, regions]
   * @param view [batch, 2]
   * @param features [batch, {@link #features()}]
   */
  public record Logits(
      Operand<TFloat32> spine,
      Operand<TFloat32> orientation,
      Operand<TFloat32> region,
      Operand<TFloat32> view,
      Operand<TFloat32> features) {}

  /** How many features an image has. */
  public int features() {
    return widths.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * The network.
   *
   * @param image normalised, [batch, height, width, 1]
   */
  public Logits logits(Layers layers, Operand<TFloat32> image) {
    Ops tf = layers.tf();
    List<Operand<TFloat32>> means = new ArrayList<>();
    Operand<TFloat32> x = image;
    for (int stage = 0; stage < widths.size(); stage++) {
      for (int i = 0; i < 2; i++) {
        String key = "stage%d.%d".formatted(stage, i);
        x = layers.convolution(x, key, widths.get(stage), 3, 2 - i);
        x = layers.normalizedRelu(x, key + ".norm");
      }
      means.add(layers.globalAveragePool(x));
    }
    Operand<TFloat32> features = tf.concat(means, tf.constant(1));
    Operand<TFloat32> read =
        layers.normalizedRelu(layers.convolution(x, "read", READ, 1, 1), "read.norm");
    int places = (size.width() >> widths.size()) * (size.height() >> widths.size());
    Operand<TFloat32> flat = tf.reshape(read, tf.constant(new int[] {-1, places * READ}));
    Operand<TFloat32> embedded = tf.nn.relu(layers.linear(flat, "embedding", embedding));
    return new Logits(
        layers.linear(embedded, "spine", 1),
        layers.linear(embedded, "orientation", ORIENTATIONS),
        layers.linear(embedded, "region", regions),
        layers.linear(embedded, "view", VIEWS),
        features);
  }

  /** As it is served: the outputs of an image check. */
  public SavedModelExport.Network served(Normalization normalization) {
    return (layers, image) -> {
      Ops tf = layers.tf();
      Logits logits = logits(layers, normalization.apply(tf, image));
      Map<String, Operand<?>> outputs = new LinkedHashMap<>();
      outputs.put(
          "spine", tf.math.sigmoid(tf.reshape(logits.spine(), tf.constant(new int[] {-1}))));
      outputs.put("orientation", tf.nn.softmax(logits.orientation()));
      outputs.put("region", tf.nn.softmax(logits.region()));
      outputs.put("view", tf.nn.softmax(logits.view()));
      outputs.put("distance", distance(layers, logits.features()));
      return outputs;
    };
  }

  private Operand<TFloat32> distance(Layers layers, Operand<TFloat32> features) {
    Ops tf = layers.tf();
    Operand<TFloat32> apart = tf.math.sub(features, weight(layers, MEAN, Shape.of(features())));
    Operand<TFloat32> precision = weight(layers, PRECISION, Shape.of(features(), features()));
    Operand<TFloat32> squares = tf.math.mul(tf.linalg.matMul(apart, precision), apart);
    // Rounding must not make the square of a distance negative.
    return tf.math.sqrt(tf.nn.relu(tf.sum(squares, tf.constant(1))));
  }

  private static Variable<TFloat32> weight(Layers layers, String key, Shape shape) {
    return layers
        .variables()
        .get(new Weight(key, shape, Layout.SAME, false, Initializer.constant(0)));
  }
}
