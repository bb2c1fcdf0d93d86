package io.spinexr.inference.runtime;

import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelManifest.Task;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What every network takes and answers, whichever runtime it runs in:
 *
 * <ul>
 *   <li>input {@code image}: uint8 [batch, height, width], grey levels 0..255, already resized by
 *       the manifest's rule. Normalisation is part of the network. Detectors take a batch of one
 *       and any height and width.
 *   <li>outputs of a classifier: {@code logit} and {@code probability}, float32 [batch]
 *   <li>outputs of a detector: {@code boxes}, float32 [n, 4] (xMin, yMin, xMax, yMax in pixels of
 *       the given image), {@code scores}, float32 [n] in [0,1], and {@code classes}, int32 [n], the
 *       index in the manifest's labels
 *   <li>outputs of an image check: {@code spine}, float32 [batch], the probability that it is a
 *       radiograph of the spine; {@code orientation}, float32 [batch, 4], the probabilities that it
 *       is upright, or turned clockwise by 90, 180, 270 degrees; {@code region}, float32 [batch,
 *       labels]; {@code view}, float32 [batch, 2], from the front or the back, and from the side;
 *       {@code distance}, float32 [batch], at least 0, the Mahalanobis distance of its features
 *       from those of the training images
 * </ul>
 *
 * There is no other input. Other outputs are ignored.
 */
public final class Contract {
  /**
   * How many numbers one output may hold, 4 MiB of them, whatever the network thinks that it found.
   */
  public static final int MOST_NUMBERS = 1 << 20;

  private record Wanted(String name, String elements, int axes) {}

  private static final Wanted IMAGE = new Wanted(Network.IMAGE, TensorType.UINT8, 3);

  private static final List<Wanted> OF_A_CLASSIFIER =
      List.of(
          new Wanted("probability", TensorType.FLOAT32, 1),
          new Wanted("logit", TensorType.FLOAT32, 1));

  private static final List<Wanted> OF_A_DETECTOR =
      List.of(
          new Wanted("boxes", TensorType.FLOAT32, 2),
          new Wanted("scores", TensorType.FLOAT32, 1),
          new Wanted("classes", TensorType.INT32, 1));

  private static final List<Wanted> OF_AN_IMAGE_CHECK =
      List.of(
          new Wanted("spine", TensorType.FLOAT32, 1),
          new Wanted("orientation", TensorType.FLOAT32, 2),
          new Wanted("region", TensorType.FLOAT32, 2),
          new Wanted("view", TensorType.FLOAT32, 2),
          new Wanted("distance", TensorType.FLOAT32, 1));

  private Contract() {}

  private static List<Wanted> wanted(Task task) {
    return switch (task) {
      case CLASSIFICATION -> OF_A_CLASSIFIER;
      case DETECTION -> OF_A_DETECTOR;
      case IMAGE_CHECK -> OF_AN_IMAGE_CHECK;
    };
  }

  /** The names of what a task answers. */
  public static Set<String> outputs(Task task) {
    return wanted(task).stream().map(Wanted::name).collect(Collectors.toSet());
  }

  /**
   * Compares what a network says of itself with what is wanted of it.
   *
   * @throws ModelException naming the first input or output that does not fit
   */
  public static void check(ModelFolder model, Network network) {
    check(model, "input", network.inputs(), IMAGE)
        .shape()
        .ifPresent(image -> checkSize(model, image));
    Set<String> others = new TreeSet<>(network.inputs().keySet());
    others.remove(IMAGE.name());
    if (!others.isEmpty()) {
      throw wrong(model, "further inputs %s beside \"%s\"".formatted(others, IMAGE.name()));
    }
    wanted(model.manifest().task())
        .forEach(output -> check(model, "output", network.outputs(), output));
  }

  private static TensorType check(
      ModelFolder model, String kind, Map<String, TensorType> types, Wanted wanted) {
    TensorType type = types.get(wanted.name());
    if (type == null) {
      throw wrong(model, "no %s \"%s\"".formatted(kind, wanted.name()));
    }
    if (!type.elements().equals(wanted.elements())
        || type.shape().filter(shape -> shape.size() != wanted.axes()).isPresent()) {
      throw wrong(
          model,
          "%s \"%s\" as %s instead of %s with %d axes"
              .formatted(kind, wanted.name(), type, wanted.elements(), wanted.axes()));
    }
    return type;
  }

  private static ModelException wrong(ModelFolder model, String what) {
    return new ModelException(
        "the network in %s has %s; export it with the documented inputs and outputs of a %s model"
            .formatted(model.path(), what, model.manifest().task().code()));
  }

  /** A size that the network fixes must be the one that images are resized to. */
  private static void checkSize(ModelFolder model, List<Integer> image) {
    ModelManifest manifest = model.manifest();
    boolean fits =
        manifest.preparesToOneSize() && manifest.inputSize() instanceof InputSize.Fixed size
            ? allows(image.get(1), size.height()) && allows(image.get(2), size.width())
            : image.get(1) < 0 && image.get(2) < 0;
    if (!fits) {
      throw new ModelException(
          "the network in %s takes images of shape %s, but model.json has them resized to %s, %s; correct inputSize"
              .formatted(model.path(), image, manifest.inputSize(), manifest.resize()));
    }
  }

  private static boolean allows(int axis, int extent) {
    return axis < 0 || axis == extent;
  }
}
