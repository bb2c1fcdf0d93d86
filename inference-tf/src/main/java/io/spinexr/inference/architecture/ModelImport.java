package io.spinexr.inference.architecture;

import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.checkpoint.Checkpoint;
import io.spinexr.inference.checkpoint.CheckpointTensor;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.folder.ModelManifest.Training;
import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.layer.Variables;
import io.spinexr.inference.layer.Variables.Weight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TUint8;

/**
 * Makes model folders of published architectures: from a checkpoint, or with random weights for
 * benchmarks and tests.
 */
public final class ModelImport {
  private ModelImport() {}

  /**
   * Imports a checkpoint. The layout of its keys is recognised; mean and deviation are the
   * checkpoint's own where it has {@code pixel_mean} and {@code pixel_std}.
   *
   * @param architecture e.g. {@code densenet121}
   * @param overrides file with fields of {@code model.json} that shall differ from the defaults
   * @param folder of the model, which must not exist yet
   * @param progress told the share that is done, in [0,1]
   * @throws ModelException if anything does not fit; no folder is left then
   */
  public static ModelManifest fromCheckpoint(
      String architecture,
      Path checkpointFile,
      Optional<Path> overrides,
      Path folder,
      Consumer<Double> progress) {
    List<Architecture> layouts = named(architecture);
    Checkpoint checkpoint = Checkpoint.open(checkpointFile);
    Architecture chosen = recognise(layouts, checkpoint);
    chosen.anchors().ifPresent(anchors -> requireStored(anchors, checkpoint));
    ModelManifest defaults =
        manifest(
            chosen,
            normalization(chosen, checkpoint),
            "1.0.0",
            "as stated by whoever gave the checkpoint",
            new Training("see the checkpoint's source", "imported by spinexr models import"));
    ModelManifest manifest =
        overrides.map(file -> ModelFiles.override(defaults, file)).orElse(defaults);
    requireFit(chosen, defaults, manifest);
    return write(
        chosen,
        manifest,
        folder,
        weights -> CheckpointImport.values(chosen.layout(), weights, checkpoint, progress));
  }

  /** What the graph fixes cannot be overridden. */
  private static void requireFit(Architecture chosen, ModelManifest own, ModelManifest wanted) {
    requireSame("task", own.task(), wanted.task());
    requireSame("resize", own.resize(), wanted.resize());
    requireSame(
        "rule of inputSize",
        own.inputSize().getClass().getSimpleName(),
        wanted.inputSize().getClass().getSimpleName());
    try {
      new Normalization(wanted.mean(), wanted.deviation());
      chosen.selection(wanted.selection());
    } catch (IllegalArgumentException e) {
      throw new ModelException("the overrides do not fit: " + e.getMessage(), e);
    }
    if ((wanted.strideIn1x1() == null) != chosen.strideIn1x1().isEmpty()) {
      throw new ModelException(
          chosen.strideIn1x1().isEmpty()
              ? "strideIn1x1 is fixed for this architecture and layout; remove it from the"
                  + " manifest's overrides"
              : "strideIn1x1 must be true or false; correct the manifest's overrides");
    }
  }

  private static void requireSame(String field, Object own, Object wanted) {
    if (!own.equals(wanted)) {
      throw new ModelException(
          "the overrides do not fit: the %s must be %s, but is %s".formatted(field, own, wanted));
    }
  }

  /** Makes a model with random weights; the same seed makes the same model. */
  public static ModelManifest random(String architecture, long seed, Path folder) {
    Architecture chosen = named(architecture).get(0);
    ModelManifest manifest =
        manifest(
            chosen,
            chosen.normalization(),
            "0.0.0-random",
            "none: random numbers",
            new Training("none", "spinexr models new --random --seed " + seed));
    return write(chosen, manifest, folder, weights -> randomValues(weights, seed));
  }

  private static Map<String, float[]> randomValues(List<Weight> weights, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Weight weight : weights) {
      Random random = new Random(seed * 31 + weight.key().hashCode());
      values.put(weight.key(), weight.initializer().values(weight.shape(), random));
    }
    return values;
  }

  private static List<Architecture> named(String name) {
    List<Architecture> found =
        Architecture.all().stream().filter(a -> a.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw new ModelException(
          "architecture '%s' is not known; known are %s"
              .formatted(name, String.join(", ", Architecture.names())));
    }
    return found;
  }

  private static Architecture recognise(List<Architecture> layouts, Checkpoint checkpoint) {
    return layouts.stream()
        .filter(layout -> checkpoint.tensors().containsKey(layout.marker()))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "the checkpoint's keys are of no known layout of %s: expected one of %s, but the file begins with %s%s"
                        .formatted(
                            layouts.get(0).name(),
                            layouts.stream().map(Architecture::marker).toList(),
                            checkpoint.tensors().keySet().stream().limit(3).toList(),
                            resemblance(checkpoint))));
  }

  private static String resemblance(Checkpoint checkpoint) {
    List<String> alike =
        Architecture.all().stream()
            .filter(layout -> checkpoint.tensors().containsKey(layout.marker()))
            .map(Architecture::name)
            .distinct()
            .toList();
    return alike.isEmpty() ? "" : "; it looks like one of " + alike;
  }

  /** Detectron2's older checkpoints store anchors: with others, boxes would be wrong unnoticed. */
  private static void requireStored(Anchors anchors, Checkpoint checkpoint) {
    Pattern key = Pattern.compile(".*anchor_generator\\.cell_anchors\\.(\\d+)");
    checkpoint
        .tensors()
        .forEach(
            (name, tensor) -> {
              Matcher matcher = key.matcher(name);
              if (matcher.matches()
                  && !agree(tensor.values(), anchors, Integer.parseInt(matcher.group(1)))) {
                throw new ModelException(
                    "%s: the checkpoint was trained with other anchors than this architecture's; export its model as a SavedModel instead"
                        .formatted(name));
              }
            });
  }

  private static boolean agree(float[] stored, Anchors anchors, int level) {
    if (level >= anchors.levels().size()) {
      return false;
    }
    float[] ours = anchors.levels().get(level).boxes(1, 1);
    return ours.length == stored.length
        && IntStream.range(0, ours.length).allMatch(i -> Math.abs(ours[i] - stored[i]) < 1e-2);
  }

  private static Normalization normalization(Architecture architecture, Checkpoint checkpoint) {
    CheckpointTensor mean = checkpoint.tensors().get("pixel_mean");
    CheckpointTensor deviation = checkpoint.tensors().get("pixel_std");
    if (mean == null || deviation == null) {
      return architecture.normalization();
    }
    try {
      return new Normalization(list(mean.values()), list(deviation.values()));
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          "the checkpoint's pixel_mean and pixel_std do not fit: " + e.getMessage(), e);
    }
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static ModelManifest manifest(
      Architecture architecture,
      Normalization normalization,
      String version,
      String licence,
      Training training) {
    boolean classifier = architecture.task() == Task.CLASSIFICATION;
    return new ModelManifest(
        architecture.name(),
        version,
        architecture.task(),
        architecture.name(),
        classifier
            ? List.of("abnormal")
            : LesionType.REFERENCE_LABELS.stream().map(LesionType::code).toList(),
        null,
        null,
        architecture.inputSize(),
        architecture.resize(),
        architecture.channelOrder(),
        normalization.mean(),
        normalization.deviation(),
        classifier ? DecisionRule.PUBLISHED_THRESHOLD : null,
        architecture.selectionNumbers(),
        null,
        architecture.strideIn1x1().orElse(null),
        null,
        null,
        training,
        Map.of(),
        licence,
        Map.of());
  }

  private static ModelManifest write(
      Architecture architecture,
      ModelManifest manifest,
      Path folder,
      Function<List<Weight>, Map<String, float[]>> values) {
    Path target = folder.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new ModelException(
          "%s exists already; remove it or choose another --out".formatted(folder));
    }
    SavedModelExport.Network network = network(architecture, manifest);
    Map<String, float[]> weights = values.apply(weights(network));
    try (DraftFolder draft = new DraftFolder(target)) {
      SavedModelExport.write(draft.path(), network, weights);
      ModelFiles.write(
          draft.path(), ModelFiles.MANIFEST, manifest.withFiles(ModelFiles.hashes(draft.path())));
      ModelManifest complete = SelfCheck.addTo(draft.path());
      draft.finish(target);
      return complete;
    } catch (IOException e) {
      throw new ModelException("cannot write model folder %s: %s".formatted(folder, e), e);
    }
  }

  private static SavedModelExport.Network network(
      Architecture architecture, ModelManifest manifest) {
    Normalization normalization = new Normalization(manifest.mean(), manifest.deviation());
    Optional<BoxSelection> selection = architecture.selection(manifest.selection());
    return (layers, image) ->
        architecture
            .network()
            .outputs(layers, normalization.apply(layers.tf(), image), manifest, selection);
  }

  private static List<Weight> weights(SavedModelExport.Network network) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf);
      network.outputs(
          new Layers(tf, variables, Layers.Mode.INFERENCE),
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1))));
      return variables.weights();
    }
  }
}
