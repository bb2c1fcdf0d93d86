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
import java.util.Optional;
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
  private final Optional<Model> imageCheck;
  private final Classifier classifier;

  private ModelRepository(
      ModelSetFolder set,
      List<Model> classifiers,
      Model detector,
      Optional<Model> imageCheck,
      Classifier classifier) {
    this.set = set;
    this.classifiers = classifiers;
    this.detector = detector;
    this.imageCheck = imageCheck;
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
      for (ModelFolder member : set.members().toList()) {
        loaded.add(Model.load(member, devices.of(member)));
      }
      int detector = set.classifiers().size();
      List<Model> classifiers = List.copyOf(loaded.subList(0, detector));
      return new ModelRepository(
          set,
          classifiers,
          loaded.get(detector),
          loaded.stream().skip(detector + 1).findFirst(),
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

  /** Empty if the set does not look whether an image is one of its own. */
  public Optional<ImageCheck> imageCheck() {
    return imageCheck.map(ImageCheck::new);
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
    imageCheck().ifPresent(check -> check.check(blank));
  }

  /** What the networks run on, for people. */
  public String device() {
    return models()
        .map(model -> model.device().description())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private Stream<Model> models() {
    return Stream.of(classifiers.stream(), Stream.of(detector), imageCheck.stream())
        .flatMap(some -> some);
  }

  @Override
  public void close() {
    classifier.close();
    models().forEach(Model::close);
  }
}
