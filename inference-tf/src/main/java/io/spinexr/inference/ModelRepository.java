package io.spinexr.inference;

import io.spinexr.finding.ModelSet;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.LesionScores;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.Devices;
import io.spinexr.scope.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The networks of one model set, loaded and checked. A set is a folder with {@code model-set.json},
 * which names the folders of its members.
 */
public final class ModelRepository implements AutoCloseable {
  private final ModelSetFolder set;
  private final List<Model> classifiers;
  private final Model detector;
  private final Classifier classifier;

  private ModelRepository(
      ModelSetFolder set, List<Model> classifiers, Model detector, Classifier classifier) {
    this.set = set;
    this.classifiers = classifiers;
    this.detector = detector;
    this.classifier = classifier;
  }

  /** Loads every member of a set, with the default batching. */
  public static ModelRepository open(Path folder, DeviceOptions options) {
    return open(ModelSetFolder.read(folder), options, Batching.DEFAULT, size -> {});
  }

  /**
   * Loads every member of a set.
   *
   * @param batching how images that are classified at the same time share the networks
   * @param batchSizes is told how many images each batch has
   * @throws ModelException one sentence that names the folder, what is wrong and what to do
   */
  public static ModelRepository open(
      ModelSetFolder set, DeviceOptions options, Batching batching, IntConsumer batchSizes) {
    Devices devices = new Devices(options);
    List<Model> loaded = new ArrayList<>();
    try {
      for (ModelFolder member : set.classifiers()) {
        loaded.add(Model.load(member, devices.of(member)));
      }
      List<Model> classifiers = List.copyOf(loaded);
      loaded.add(Model.load(set.detector(), devices.of(set.detector())));
      return new ModelRepository(
          set,
          classifiers,
          loaded.get(loaded.size() - 1),
          new Classifier(
              classifiers,
              set.manifest().mean(),
              set.manifest().calibrationMap(),
              batching,
              batchSizes));
    } catch (ModelException e) {
      loaded.forEach(Model::close);
      throw e;
    }
  }

  /** What is known of the set without its networks. */
  public ModelSetFolder set() {
    return set;
  }

  /** Name, version, members and what they may be used for, for reports. */
  public ModelSet modelSet() {
    return set.modelSet();
  }

  /** The images that the set is made for. */
  public Scope scope() {
    return set.manifest().declaredScope();
  }

  /** How radiographs become the images that all networks of the set take. */
  public Preprocessing preprocessing() {
    return set.preprocessing();
  }

  public Classifier classifier() {
    return classifier;
  }

  public Detector detector() {
    return new Detector(detector);
  }

  /** The set's decision rule, which whoever uses the set applies. */
  public DecisionRule decisionRule() {
    return set.manifest().decisionRule();
  }

  /** What the detector's scores are worth, which whoever shows its findings applies. */
  public LesionScores lesionScores() {
    return set.manifest().lesionScores();
  }

  /** How the classifiers' outputs are averaged. */
  public Mean mean() {
    return set.manifest().mean();
  }

  /**
   * Runs every network once, so that the first patient does not wait while its runtime prepares.
   */
  public void warmUp() {
    int edge = 512;
    GrayscaleImage blank = new GrayscaleImage(edge, edge, new byte[edge * edge]);
    classifier.classify(blank);
    detector().detect(blank);
  }

  /** What the networks run on, for people. */
  public String device() {
    return Stream.concat(classifiers.stream(), Stream.of(detector))
        .map(model -> model.device().description())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    classifier.close();
    classifiers.forEach(Model::close);
    detector.close();
  }
}
