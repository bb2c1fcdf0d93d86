package io.spinexr.inference;

import io.spinexr.finding.Labelling;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.ModelManifest.Task;
import io.spinexr.inference.ModelSetManifest.Mean;
import io.spinexr.scope.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The networks of one model set, loaded and checked. A set is a folder with {@code model-set.json},
 * which names the folders of its members.
 */
public final class ModelRepository implements AutoCloseable {
  private final ModelSetManifest manifest;
  private final Device device;
  private final List<Model> classifiers;
  private final Model detector;
  private final Classifier classifier;

  private ModelRepository(
      ModelSetManifest manifest,
      Device device,
      List<Model> classifiers,
      Model detector,
      Classifier classifier) {
    this.manifest = manifest;
    this.device = device;
    this.classifiers = classifiers;
    this.detector = detector;
    this.classifier = classifier;
  }

  /** Loads every member of a set, with the default batching. */
  public static ModelRepository open(Path folder, DeviceOptions options) {
    return open(folder, options, Batching.DEFAULT, size -> {});
  }

  /**
   * Loads every member of a set.
   *
   * @param folder with {@code model-set.json}
   * @param batching how images that are classified at the same time share the networks
   * @param batchSizes is told how many images each batch has
   * @throws ModelException one sentence that names the folder, what is wrong and what to do
   */
  public static ModelRepository open(
      Path folder, DeviceOptions options, Batching batching, IntConsumer batchSizes) {
    ModelSetManifest manifest =
        ModelFiles.read(folder, ModelFiles.SET_MANIFEST, ModelSetManifest.class);
    Device device = Device.choose(options);
    List<Model> loaded = new ArrayList<>();
    try {
      for (String member : manifest.classifiers()) {
        loaded.add(load(folder.resolve(member).normalize(), device, Task.CLASSIFICATION));
      }
      List<Model> classifiers = List.copyOf(loaded);
      HashSet<String> names = new HashSet<>();
      for (Model model : classifiers) {
        if (!names.add(model.manifest().name())) {
          throw new ModelException(
              "model set %s has two classifiers named %s; give each model.json its own name"
                  .formatted(folder, model.manifest().name()));
        }
      }
      loaded.add(load(folder.resolve(manifest.detector()).normalize(), device, Task.DETECTION));
      requireClearance(folder, manifest, loaded);
      requireOnePreprocessing(folder, loaded);
      return new ModelRepository(
          manifest,
          device,
          classifiers,
          loaded.get(loaded.size() - 1),
          new Classifier(classifiers, manifest.mean(), batching, batchSizes));
    } catch (ModelException e) {
      loaded.forEach(Model::close);
      throw e;
    }
  }

  private static void requireClearance(
      Path folder, ModelSetManifest manifest, List<Model> members) {
    for (Model member : members) {
      Regulatory stated = member.manifest().regulatory();
      if (!manifest.labelling().research()
          && stated != null
          && stated.status() == Labelling.Status.RESEARCH) {
        throw new ModelException(
            "model set %s is cleared, but its member %s is for research; correct model-set.json"
                .formatted(folder, member.manifest().name()));
      }
    }
  }

  private static void requireOnePreprocessing(Path folder, List<Model> members) {
    if (members.stream()
            .map(Model::manifest)
            .map(ModelManifest::imagePreprocessing)
            .distinct()
            .count()
        > 1) {
      throw new ModelException(
          "the members of model set %s want images that are prepared differently (%s); make one set for each preprocessing"
              .formatted(
                  folder,
                  members.stream()
                      .map(Model::manifest)
                      .map(member -> member.name() + ": " + member.imagePreprocessing())
                      .collect(Collectors.joining("; "))));
    }
  }

  private static Model load(Path folder, Device device, Task task) {
    Model model = Model.load(folder, device);
    if (model.manifest().task() != task) {
      model.close();
      throw new ModelException(
          "the model in %s does %s, but the model set wants it for %s; correct model-set.json"
              .formatted(folder, model.manifest().task(), task));
    }
    return model;
  }

  /** Name, version, members and what they may be used for, for reports. */
  public ModelSet modelSet() {
    List<ModelVersion> versions = new ArrayList<>();
    classifiers.forEach(model -> versions.add(model.version()));
    versions.add(detector.version());
    return new ModelSet(manifest.name(), manifest.version(), versions, manifest.labelling());
  }

  /** The images that the set is made for. */
  public Scope scope() {
    return manifest.declaredScope();
  }

  /** What each member says of itself, as Markdown. */
  public Map<ModelVersion, String> modelCards() {
    return Stream.concat(classifiers.stream(), Stream.of(detector))
        .collect(
            Collectors.toMap(
                Model::version,
                model -> ModelCard.markdown(model.manifest(), manifest.labelling())));
  }

  /** How radiographs become the images that all networks of the set take. */
  public Preprocessing preprocessing() {
    return detector.manifest().imagePreprocessing();
  }

  public Classifier classifier() {
    return classifier;
  }

  public Detector detector() {
    return new Detector(detector);
  }

  /** The set's decision rule, which whoever uses the set applies. */
  public DecisionRule decisionRule() {
    return manifest.decisionRule();
  }

  /** How the classifiers' outputs are averaged. */
  public Mean mean() {
    return manifest.mean();
  }

  /** Runs every network once, so that the first patient does not wait while TensorFlow prepares. */
  public void warmUp() {
    int edge = 512;
    GrayscaleImage blank = new GrayscaleImage(edge, edge, new byte[edge * edge]);
    classifier.classify(blank);
    detector().detect(blank);
  }

  /** What the networks run on. */
  public Device device() {
    return device;
  }

  @Override
  public void close() {
    classifiers.forEach(Model::close);
    detector.close();
  }
}
