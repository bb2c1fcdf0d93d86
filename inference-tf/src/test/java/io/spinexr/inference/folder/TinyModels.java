package io.spinexr.inference.folder;

import io.spinexr.finding.LesionType;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelManifest.Limits;
import io.spinexr.inference.folder.ModelManifest.Selection;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.folder.ModelManifest.Training;
import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.Convention;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.layer.Variables;
import io.spinexr.inference.network.CheckNetwork;
import io.spinexr.inference.network.DenseNet;
import io.spinexr.inference.network.Fpn;
import io.spinexr.inference.network.ResNet;
import io.spinexr.inference.network.RetinaNet;
import io.spinexr.inference.network.ServedNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TUint8;

/** Untrained models that are small enough for tests. */
public final class TinyModels {
  private static final Normalization NORMALIZATION = Normalization.gray(100, 50);
  private static final RetinaNet RETINANET =
      new RetinaNet(
          new ResNet(ResNet.Block.BASIC, List.of(1, 1, 1), List.of(4, 8, 8), 4),
          1,
          new Fpn(8),
          false,
          1,
          Anchors.of(List.of(8, 16), List.of(16, 32), List.of(1.0), List.of(0.5, 1.0), false),
          LesionType.REFERENCE_LABELS.size(),
          Convention.TORCHVISION);

  private TinyModels() {}

  /** A network of two small dense blocks. */
  public static SavedModelExport.Network denseNet() {
    return ServedNetworks.classifier(new DenseNet(4, List.of(1, 1), 4, true), NORMALIZATION);
  }

  /** A RetinaNet with two levels; its untrained scores are around 0.01. */
  public static SavedModelExport.Network retinaNet() {
    return ServedNetworks.detector(
        RETINANET, NORMALIZATION, new BoxSelection(0.001f, 50, 0.5f, 20));
  }

  /** Weights as they are before training. */
  public static Map<String, float[]> untrained(SavedModelExport.Network network, long seed) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf);
      network.outputs(
          new Layers(tf, variables, Layers.Mode.INFERENCE),
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1))));
      variables.initialize(session, seed);
      return variables.read(session);
    }
  }

  /** A classifier's folder. */
  public static void writeClassifier(Path folder, String name, long seed) throws IOException {
    Files.createDirectories(folder);
    SavedModelExport.write(folder, denseNet(), untrained(denseNet(), seed));
    ModelFiles.write(folder, ModelFiles.MANIFEST, classifierManifest(folder, name));
  }

  /** The manifest of the classifier in a folder. */
  public static ModelManifest classifierManifest(Path folder, String name) {
    return classifierManifest(folder, name, new InputSize.Fixed(64, 64));
  }

  /** The same with an input size of its own; the network takes any. */
  public static ModelManifest classifierManifest(Path folder, String name, InputSize inputSize) {
    return new ModelManifest(
        name,
        "1",
        Task.CLASSIFICATION,
        "DenseNet",
        List.of("abnormal"),
        null,
        null,
        inputSize,
        "pillow-bilinear",
        "gray",
        NORMALIZATION.mean(),
        NORMALIZATION.deviation(),
        0.5,
        null,
        null,
        null,
        null,
        null,
        new Training("none", "none"),
        Map.of(),
        "Apache-2.0",
        ModelFiles.hashes(folder));
  }

  /** A detector's folder. */
  public static void writeDetector(Path folder, long seed) throws IOException {
    writeDetector(folder, retinaNet(), untrained(retinaNet(), seed));
  }

  /** The folder of a detector that finds 20 lesions at most, with another network. */
  public static void writeDetector(
      Path folder, SavedModelExport.Network network, Map<String, float[]> weights)
      throws IOException {
    Files.createDirectories(folder);
    SavedModelExport.write(folder, network, weights);
    ModelFiles.write(
        folder,
        ModelFiles.MANIFEST,
        new ModelManifest(
            "tiny-detector",
            "1",
            Task.DETECTION,
            "RetinaNet",
            LesionType.REFERENCE_LABELS.stream().map(LesionType::code).toList(),
            null,
            null,
            new InputSize.ShortestEdge(96, 160),
            "pillow-bilinear",
            "gray",
            NORMALIZATION.mean(),
            NORMALIZATION.deviation(),
            null,
            new Selection(0.001, 0.5, 20),
            null,
            null,
            null,
            null,
            new Training("none", "none"),
            Map.of(),
            "Apache-2.0",
            ModelFiles.hashes(folder)));
  }

  /**
   * An image check's folder, for the cervical and the lumbar spine.
   *
   * @param precision of every feature, whose mean is 0
   */
  public static void writeImageCheck(Path folder, long seed, float precision) throws IOException {
    Files.createDirectories(folder);
    CheckNetwork network = new CheckNetwork(new InputSize.Fixed(32, 32), List.of(2, 4), 6, 2);
    SavedModelExport.Network served = network.served(NORMALIZATION);
    Map<String, float[]> weights = new HashMap<>(untrained(served, seed));
    float[] diagonal = new float[network.features() * network.features()];
    for (int i = 0; i < diagonal.length; i += network.features() + 1) {
      diagonal[i] = precision;
    }
    weights.put(CheckNetwork.PRECISION, diagonal);
    SavedModelExport.write(folder, served, weights);
    ModelFiles.write(
        folder,
        ModelFiles.MANIFEST,
        new ModelManifest(
            "tiny-check",
            "1",
            Task.IMAGE_CHECK,
            "convolutions",
            List.of("cervical", "lumbar"),
            null,
            null,
            network.size(),
            "pillow-bilinear",
            "gray",
            NORMALIZATION.mean(),
            NORMALIZATION.deviation(),
            null,
            null,
            new Limits(0.5, 20, 0.9, 0.95),
            null,
            null,
            null,
            new Training("none", "none"),
            Map.of(),
            "Apache-2.0",
            ModelFiles.hashes(folder)));
  }

  /** Has the manifest of a folder list the files that are there now. */
  public static void seal(Path folder) {
    ModelManifest manifest = ModelFiles.read(folder, ModelFiles.MANIFEST, ModelManifest.class);
    ModelFiles.write(folder, ModelFiles.MANIFEST, manifest.withFiles(ModelFiles.hashes(folder)));
  }

  /** A set of two classifiers, {@code a} and {@code b}, and a detector. */
  public static void writeSet(Path folder, ModelSetManifest.Mean mean) throws IOException {
    writeClassifier(folder.resolve("a"), "tiny-a", 1);
    writeClassifier(folder.resolve("b"), "tiny-b", 2);
    writeDetector(folder.resolve("detector"), 3);
    ModelFiles.write(
        folder,
        ModelFiles.SET_MANIFEST,
        new ModelSetManifest(
            "tiny",
            "1",
            List.of("a", "b"),
            mean,
            0.4,
            null,
            null,
            "detector",
            null,
            null,
            null,
            null,
            null,
            null,
            null));
  }

  /** A noise image. */
  public static GrayscaleImage noise(int width, int height, long seed) {
    byte[] pixels = new byte[width * height];
    new Random(seed).nextBytes(pixels);
    return new GrayscaleImage(width, height, pixels);
  }
}
