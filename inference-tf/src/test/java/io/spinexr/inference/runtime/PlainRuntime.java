package io.spinexr.inference.runtime;

import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.folder.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A runtime without TensorFlow: its classifiers' logit is the mean grey level, and its detectors
 * find one box per label, each 10 pixels further down, of which the first is the surest.
 */
public final class PlainRuntime implements NetworkRuntime {
  private static final String FILE = "network.txt";

  /** How a network behaves, as its file says. */
  public enum Behaviour {
    /** As it should. */
    SOUND,
    /** Fails whenever it runs. */
    FAILING,
    /** Answers nothing that is wanted. */
    SILENT,
    /** Answers one number too many. */
    TALKATIVE
  }

  @Override
  public String file() {
    return FILE;
  }

  @Override
  public Device choose(DeviceOptions options) {
    return new PlainDevice(options.kind());
  }

  private record PlainDevice(DeviceOptions.Kind kind) implements Device {
    @Override
    public String description() {
      return "plain Java";
    }

    @Override
    public Network load(ModelFolder model) {
      try {
        return new PlainNetwork(
            model.manifest().task() == Task.CLASSIFICATION,
            model.manifest().labels().size(),
            Behaviour.valueOf(Files.readString(model.path().resolve(FILE))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record PlainNetwork(boolean classifies, int labels, Behaviour behaviour)
      implements Network {
    @Override
    public Map<String, TensorType> inputs() {
      return Map.of(IMAGE, type(TensorType.UINT8, -1, -1, -1));
    }

    @Override
    public Map<String, TensorType> outputs() {
      if (behaviour == Behaviour.SILENT) {
        return Map.of("features", type(TensorType.FLOAT32, -1, 8));
      }
      return classifies
          ? Map.of(
              "logit", type(TensorType.FLOAT32, -1), "probability", type(TensorType.FLOAT32, -1))
          : Map.of(
              "boxes", type(TensorType.FLOAT32, -1, 4),
              "scores", type(TensorType.FLOAT32, -1),
              "classes", type(TensorType.INT32, -1));
    }

    private static TensorType type(String elements, Integer... shape) {
      return new TensorType(elements, Optional.of(List.of(shape)));
    }

    @Override
    public Map<String, Tensor> run(Tensor.Bytes image, Set<String> outputs) {
      if (behaviour == Behaviour.FAILING) {
        throw new NetworkException("no more memory", new OutOfMemoryError());
      }
      Map<String, Tensor> answers = new HashMap<>(classifies ? classify(image) : detect());
      answers.keySet().retainAll(outputs);
      return answers;
    }

    private Map<String, Tensor> classify(Tensor.Bytes image) {
      int images = image.shape().get(0);
      int pixels = image.values().length / images;
      float[] logits = new float[images + (behaviour == Behaviour.TALKATIVE ? 1 : 0)];
      float[] probabilities = new float[logits.length];
      for (int i = 0; i < images; i++) {
        int from = i * pixels;
        logits[i] =
            (float)
                IntStream.range(from, from + pixels)
                    .map(at -> image.values()[at] & 0xFF)
                    .average()
                    .orElseThrow();
        probabilities[i] = (float) (1 / (1 + Math.exp(-logits[i])));
      }
      List<Integer> shape = List.of(logits.length);
      return Map.of(
          "logit",
          new Tensor.Floats(shape, logits),
          "probability",
          new Tensor.Floats(shape, probabilities));
    }

    private Map<String, Tensor> detect() {
      float[] boxes = new float[4 * labels];
      float[] scores = new float[labels];
      for (int i = 0; i < labels; i++) {
        System.arraycopy(new float[] {10, 10 * i, 30, 10 * i + 8}, 0, boxes, 4 * i, 4);
        scores[i] = 1 - (float) i / labels;
      }
      return Map.of(
          "boxes", new Tensor.Floats(List.of(labels, 4), boxes),
          "scores", new Tensor.Floats(List.of(labels), scores),
          "classes", new Tensor.Ints(List.of(labels), IntStream.range(0, labels).toArray()));
    }

    @Override
    public void close() {}
  }

  /** A classifier's folder. */
  public static void writeClassifier(Path folder, String name, Behaviour behaviour)
      throws IOException {
    writeNetwork(folder, behaviour);
    ModelFiles.write(folder, ModelFiles.MANIFEST, TinyModels.classifierManifest(folder, name));
  }

  /**
   * A detector's folder; its images keep the size of at least 160 x 160 pixels that they have.
   *
   * @param labels codes of lesion types
   */
  public static void writeDetector(Path folder, List<String> labels) throws IOException {
    writeNetwork(folder, Behaviour.SOUND);
    ModelManifest classifier = TinyModels.classifierManifest(folder, "plain-detector");
    Path fields = folder.resolveSibling("detector-fields.json");
    Files.writeString(
        fields,
        """
        {"task": "detection", "labels": %s, "threshold": null, "selection": %s,
         "inputSize": {"rule": "longest-edge", "longest": 160}}
        """
            .formatted(
                labels.stream().map("\"%s\""::formatted).toList(),
                "{\"scoreFloor\": 0, \"nmsIou\": 1, \"maxDetections\": 100}"));
    ModelFiles.write(folder, ModelFiles.MANIFEST, ModelFiles.override(classifier, fields));
    Files.delete(fields);
  }

  private static void writeNetwork(Path folder, Behaviour behaviour) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(FILE), behaviour.name());
  }
}
