package io.spinexr.inference.architecture;

import io.spinexr.inference.checkpoint.Checkpoint;
import io.spinexr.inference.checkpoint.CheckpointTensor;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.layer.Variables.Layout;
import io.spinexr.inference.layer.Variables.Weight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tensorflow.ndarray.Shape;

/**
 * Matches the tensors of a checkpoint with the weights of a network; every one of both must find
 * its partner.
 */
final class CheckpointImport {
  private CheckpointImport() {}

  /**
   * @param weights of the network
   * @param progress told the share that is done, from 0 when reading begins to 1
   * @return values by our keys, in TensorFlow's axis order
   * @throws ModelException listing every missing, unexpected and misshaped key, or naming a tensor
   *     whose values no trained network has
   */
  static Map<String, float[]> values(
      KeyLayout layout, List<Weight> weights, Checkpoint checkpoint, Consumer<Double> progress) {
    List<String> problems = new ArrayList<>();
    Map<String, CheckpointTensor> tensors = new HashMap<>();
    Map<String, String> spelling = new HashMap<>();
    checkpoint
        .tensors()
        .forEach(
            (key, tensor) ->
                layout
                    .translate(key)
                    .ifPresent(
                        ours -> {
                          if (tensors.put(ours, tensor) != null) {
                            problems.add("ambiguous: %s and %s".formatted(spelling.get(ours), key));
                          }
                          spelling.put(ours, key);
                        }));
    Map<String, float[]> values = new LinkedHashMap<>();
    progress.accept(0.0);
    for (Weight weight : weights) {
      CheckpointTensor tensor = tensors.remove(weight.key());
      String key = spelling.getOrDefault(weight.key(), weight.key());
      if (tensor == null) {
        problems.add(
            "missing: %s %s"
                .formatted(spelled(weight.key(), layout, spelling), torchShape(weight)));
      } else if (!tensor.shape().equals(torchShape(weight))) {
        problems.add(
            "misshaped: %s is %s, expected %s".formatted(key, tensor.shape(), torchShape(weight)));
      } else if (problems.isEmpty()) {
        values.put(weight.key(), rearrange(sound(key, tensor.values()), weight));
        progress.accept((double) values.size() / weights.size());
      }
    }
    tensors.keySet().stream()
        .map(spelling::get)
        .sorted()
        .forEach(key -> problems.add("unexpected: " + key));
    if (!problems.isEmpty()) {
      throw new ModelException(
          "the checkpoint does not fit the network (%s layout, %d of %d tensors do not match):%n  %s"
              .formatted(
                  layout.name(),
                  problems.size(),
                  weights.size(),
                  String.join(System.lineSeparator() + "  ", problems)));
    }
    return values;
  }

  /**
   * How the checkpoint would spell a key that it lacks: like its neighbour, if that leads back to
   * the key.
   */
  private static String spelled(String ours, KeyLayout layout, Map<String, String> spelling) {
    return spelling.entrySet().stream()
        .sorted(Comparator.comparingInt(known -> -commonLength(ours, known.getKey())))
        .map(
            spelt -> {
              String known = spelt.getKey();
              String theirs = spelt.getValue();
              int common = commonLength(ours, known);
              return theirs.endsWith(known.substring(common))
                  ? theirs.substring(0, theirs.length() - known.length() + common)
                      + ours.substring(common)
                  : ours;
            })
        .filter(guess -> layout.translate(guess).equals(Optional.of(ours)))
        .findFirst()
        .orElse(ours);
  }

  /** Length of the dotted names that two keys begin with. */
  private static int commonLength(String a, String b) {
    int common = 0;
    for (int i = 0; i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i); i++) {
      common = a.charAt(i) == '.' ? i + 1 : common;
    }
    return common;
  }

  private static float[] sound(String key, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ModelException(
            "the checkpoint's tensor %s holds %s; a network with it computes nothing"
                .formatted(key, value));
      }
      if (value < 0 && key.endsWith("running_var")) {
        throw new ModelException(
            "the checkpoint's tensor %s holds the negative variance %s".formatted(key, value));
      }
    }
    return values;
  }

  /** The shape of a weight in PyTorch's axis order. */
  private static List<Long> torchShape(Weight weight) {
    Shape s = weight.shape();
    return switch (weight.layout()) {
      case SAME -> asList(s);
      case LINEAR -> List.of(s.get(1), s.get(0));
      case CONVOLUTION -> List.of(s.get(3), s.get(2), s.get(0), s.get(1));
      case DEPTHWISE_CONVOLUTION -> List.of(s.get(2), s.get(3), s.get(0), s.get(1));
    };
  }

  private static List<Long> asList(Shape shape) {
    List<Long> extents = new ArrayList<>();
    for (int axis = 0; axis < shape.numDimensions(); axis++) {
      extents.add(shape.get(axis));
    }
    return extents;
  }

  /** From PyTorch's axis order to TensorFlow's. */
  private static float[] rearrange(float[] values, Weight weight) {
    if (weight.layout() == Layout.SAME) {
      return values;
    }
    Shape s = weight.shape();
    if (weight.layout() == Layout.LINEAR) {
      return transpose(values, 0, (int) s.get(1), (int) s.get(0));
    }
    // [a, b, h * w] there is [h * w, in, out] here, where a and b are out and in, or channels and
    // 1.
    int pixels = (int) (s.get(0) * s.get(1));
    int rows = (int) (s.get(2) * s.get(3));
    float[] pixelsFirst = transpose(values, 0, rows, pixels);
    if (weight.layout() == Layout.DEPTHWISE_CONVOLUTION) {
      return pixelsFirst;
    }
    float[] result = new float[values.length];
    for (int pixel = 0; pixel < pixels; pixel++) {
      float[] matrix = transpose(pixelsFirst, pixel * rows, (int) s.get(3), (int) s.get(2));
      System.arraycopy(matrix, 0, result, pixel * rows, rows);
    }
    return result;
  }

  /** The transpose of the rows-by-columns matrix that starts at {@code from}. */
  private static float[] transpose(float[] values, int from, int rows, int columns) {
    float[] transposed = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = values[from + row * columns + column];
      }
    }
    return transposed;
  }
}
