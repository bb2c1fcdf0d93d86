package io.spinexr.workshop.training;

import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.folder.DeclaredCalibration;
import io.spinexr.inference.folder.DeclaredScope;
import io.spinexr.inference.folder.DeclaredScores;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelManifest.Selection;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.folder.ModelManifest.Training;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.inference.folder.Regulatory;
import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.Convention;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.network.DenseNet;
import io.spinexr.inference.network.Fpn;
import io.spinexr.inference.network.ResNet;
import io.spinexr.inference.network.RetinaNet;
import io.spinexr.inference.network.ServedNetworks;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.tensorflow.TensorFlowDevice;
import io.spinexr.workshop.calibration.ChosenSettings;
import io.spinexr.workshop.calibration.OperatingPoint;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationFigures.Detections;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PhantomEvaluation;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.evaluation.RareTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Trains the demo models on phantoms: a compact RetinaNet, a compact DenseNet, then a network that
 * keeps from both what is no radiograph of the spine. They know phantoms only and are of no
 * clinical use.
 */
public final class DemoTraining {
  static final String VERSION = "2.0.0";
  private static final String CLASSIFIER = "classifier";
  private static final String DETECTOR = "detector";
  private static final int BATCH = 16;
  private static final int CHECKPOINT_EVERY = 100;
  private static final double PEAK_RATE = 0.003;

  /** The quality is measured on phantoms from this seed on. */
  public static final long TEST_SEED = 1;

  /** The threshold is chosen on phantoms from this seed on. */
  public static final long VALIDATION_SEED = 1_000_000;

  /** Phantoms that the threshold is chosen on, per phantom that the quality is measured on. */
  private static final int VALIDATION_SHARE = 3;

  static final Normalization NORMALIZATION = Normalization.gray(90, 60);
  private static final InputSize.Fixed CLASSIFIER_SIZE = new InputSize.Fixed(256, 352);
  private static final InputSize.ShortestEdge DETECTOR_SIZE = new InputSize.ShortestEdge(256, 512);

  /** Phantoms are of adults, from the front and from the side. */
  private static final DeclaredScope SCOPE =
      new DeclaredScope(
          18,
          null,
          List.of("spine"),
          List.of("ap", "pa", "lateral"),
          List.of("CR", "DX", "DR", "RF"),
          "human",
          100);

  private static final BoxSelection SELECTION = new BoxSelection(0.05f, 300, 0.5f, 100);

  private static final DenseNet DENSENET = new DenseNet(12, List.of(3, 6, 8, 6), 24, true);
  private static final RetinaNet RETINANET =
      new RetinaNet(
          new ResNet(ResNet.Block.BASIC, List.of(1, 1, 1, 1), List.of(16, 32, 64, 96), 16),
          1,
          new Fpn(48),
          false,
          2,
          Anchors.of(
              List.of(8, 16, 32),
              List.of(12, 28, 64),
              List.of(1.0, Math.sqrt(2)),
              List.of(0.5, 1.0, 2.0),
              false),
          LesionType.REFERENCE_LABELS.size(),
          Convention.TORCHVISION);

  /** What the models say of phantoms, and how good that is. */
  public record Measured(EvaluationSet set, EvaluationFigures figures) {}

  private final DemoTrainingOptions options;
  private final Progress progress;
  private final TensorFlowDevice device = TensorFlowDevice.choose(DeviceOptions.cpu());

  private DemoTraining(DemoTrainingOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Trains, exports and measures all three models. Killed at any moment and started again with the
   * same options, it goes on from the last checkpoint.
   *
   * @return on phantoms that neither the training nor the threshold has seen
   * @throws ModelException if a folder cannot be used, or holds a training with other options
   */
  public static Measured run(DemoTrainingOptions options, Progress progress) {
    return new DemoTraining(options, progress).run();
  }

  private Measured run() {
    try {
      Files.createDirectories(options.work());
      Files.createDirectories(options.out());
    } catch (IOException e) {
      throw new ModelException("cannot make the training's folders: " + e.getMessage(), e);
    }
    requireSameOptions();
    exportDetector(
        train(
            DETECTOR,
            new DetectionObjective(
                RETINANET,
                NORMALIZATION,
                DETECTOR_SIZE.shortest(),
                new PhantomStream(options.difficulty(), options.seed() * 2, 0.5, true),
                BATCH),
            options.detectorSteps()));
    exportClassifier(
        train(
            CLASSIFIER,
            new ClassificationObjective(
                DENSENET,
                NORMALIZATION,
                CLASSIFIER_SIZE,
                new PhantomStream(options.difficulty(), options.seed() * 2 + 1, 0.5, false),
                BATCH),
            options.classifierSteps()));
    ImageCheckTraining check = new ImageCheckTraining(options, device.config(), progress);
    check.export(train(ImageCheckTraining.FOLDER, check.objective(), options.checkSteps()));
    return measure();
  }

  private void requireSameOptions() {
    String wanted =
        "%s phantoms, seed %d, detector steps %d, classifier steps %d%n"
            .formatted(
                options.difficulty().code(),
                options.seed(),
                options.detectorSteps(),
                options.classifierSteps());
    Path file = options.work().resolve("options.txt");
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, wanted);
      } else if (!Files.readString(file).equals(wanted)) {
        throw new ModelException(
            "%s holds a training with other options (%s); use those, or another folder"
                .formatted(options.work(), Files.readString(file).strip()));
      }
    } catch (IOException e) {
      throw new ModelException("cannot use %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private Map<String, float[]> train(String name, Objective objective, int steps) {
    Schedule schedule = new Schedule(steps, Math.min(300, steps / 4), PEAK_RATE);
    Path checkpoints = options.work().resolve(name);
    try (Trainer trainer =
        new Trainer(objective, schedule, options.seed(), checkpoints, device.config())) {
      trainer.run("training the " + name.replace('-', ' '), CHECKPOINT_EVERY, progress);
      Map<String, float[]> weights = new HashMap<>(trainer.weights());
      weights.keySet().removeIf(key -> key.startsWith(ClassificationObjective.AUXILIARY));
      return weights;
    }
  }

  private void exportDetector(Map<String, float[]> weights) {
    Path folder = emptied(options.out().resolve(DETECTOR));
    SavedModelExport.write(
        folder, ServedNetworks.detector(RETINANET, NORMALIZATION, SELECTION), weights);
  }

  private void exportClassifier(Map<String, float[]> weights) {
    Path folder = emptied(options.out().resolve(CLASSIFIER));
    SavedModelExport.write(folder, ServedNetworks.classifier(DENSENET, NORMALIZATION), weights);
  }

  static Path emptied(Path folder) {
    try {
      if (Files.exists(folder)) {
        try (Stream<Path> old = Files.walk(folder)) {
          for (Path file : old.filter(Files::isRegularFile).toList()) {
            Files.delete(file);
          }
        }
      }
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ModelException("cannot empty %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private Measured measure() {
    writeManifests(Settings.of(0.5), Map.of(), Map.of());
    Settings settings =
        Settings.chosenOn(predict(VALIDATION_SEED, VALIDATION_SHARE * options.evaluated()));
    writeManifests(settings, Map.of(), Map.of());
    EvaluationSet test = predict(TEST_SEED, options.evaluated());
    EvaluationFigures figures = EvaluationFigures.of(test);
    writeManifests(
        settings,
        classifierQuality(figures.ensemble()),
        detectorQuality(figures.at50(), test.rule().boundary()));
    SelfCheck.addTo(options.out().resolve(CLASSIFIER));
    SelfCheck.addTo(options.out().resolve(DETECTOR));
    return new Measured(test, figures);
  }

  /**
   * What validation phantoms decide.
   *
   * @param memberThreshold of the classifier by itself, which is not calibrated
   * @param threshold c* of the set, on the calibrated scale
   */
  private record Settings(
      double memberThreshold,
      CalibrationMap calibration,
      double threshold,
      @Nullable Map<String, DeclaredScores> scores) {
    static Settings of(double threshold) {
      return new Settings(threshold, new CalibrationMap.Unchanged(), threshold, null);
    }

    static Settings chosenOn(EvaluationSet validation) {
      ChosenSettings chosen = ChosenSettings.of(validation, new OperatingPoint.Youden());
      return new Settings(
          RocCurve.of(validation.images().stream().map(PredictedImage::label).toList())
              .youdenPoint()
              .threshold(),
          chosen.calibration().map(),
          chosen.threshold().threshold().value(),
          chosen.scores().isEmpty() ? null : ChosenSettings.declared(chosen.scores()));
    }
  }

  private EvaluationSet predict(long firstSeed, int count) {
    try (ModelRepository models = ModelRepository.open(options.out(), DeviceOptions.cpu())) {
      return PhantomEvaluation.of(
          models, options.difficulty(), firstSeed, count, RareTypes.OTHER, progress);
    }
  }

  private static Map<String, Double> classifierQuality(ClassifierFigures figures) {
    Map<String, Double> quality = new LinkedHashMap<>();
    quality.put("AUROC", rounded(figures.measure(ClassifierFigure.AUROC).value()));
    quality.put("F1", rounded(figures.confusion().f1()));
    quality.put("sensitivity", rounded(figures.confusion().sensitivity()));
    quality.put("specificity", rounded(figures.confusion().specificity()));
    return quality;
  }

  private static Map<String, Double> detectorQuality(Detections figures, Boundary boundary) {
    Map<String, Double> quality = new LinkedHashMap<>();
    quality.put("mAP@0.5", rounded(figures.alone().mean().value()));
    quality.put("mAP@0.5 with the decision rule", rounded(figures.fused(boundary).mean().value()));
    figures
        .alone()
        .perType()
        .forEach(
            (type, precision) -> quality.put("AP@0.5 " + type.code(), rounded(precision.value())));
    return quality;
  }

  static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }

  private void writeManifests(
      Settings settings,
      Map<String, Double> classifierQuality,
      Map<String, Double> detectorQuality) {
    Path out = options.out();
    write(
        out.resolve(CLASSIFIER),
        Task.CLASSIFICATION,
        "DenseNet, growth %d, blocks %s".formatted(DENSENET.growth(), DENSENET.blocks()),
        CLASSIFIER_SIZE,
        settings.memberThreshold(),
        classifierQuality,
        options.classifierSteps());
    write(
        out.resolve(DETECTOR),
        Task.DETECTION,
        "RetinaNet, ResNet of basic blocks %s with %s channels, FPN with %d channels"
            .formatted(
                RETINANET.backbone().depths(),
                RETINANET.backbone().widths(),
                RETINANET.fpn().channels()),
        DETECTOR_SIZE,
        null,
        detectorQuality,
        options.detectorSteps());
    DecisionRule rule = DecisionRule.reference(settings.threshold());
    ModelFiles.write(
        out,
        ModelFiles.SET_MANIFEST,
        new ModelSetManifest(
            "demo",
            VERSION,
            List.of(CLASSIFIER),
            ModelSetManifest.Mean.LOGIT,
            settings.threshold(),
            rule.keepScore(),
            rule.boundary(),
            DETECTOR,
            SCOPE,
            new Regulatory(Labelling.Status.RESEARCH, null),
            "Demonstration and tests. It knows synthetic radiographs of adults' spines only, may"
                + " refuse every real one, and is of no clinical use.",
            null,
            DeclaredCalibration.of(settings.calibration()),
            settings.scores(),
            ImageCheckTraining.FOLDER));
  }

  private void write(
      Path folder,
      Task task,
      String architecture,
      InputSize size,
      @Nullable Double threshold,
      Map<String, Double> quality,
      int steps) {
    boolean detector = task == Task.DETECTION;
    List<String> labels =
        detector
            ? LesionType.REFERENCE_LABELS.stream().map(LesionType::code).toList()
            : List.of("abnormal");
    Selection selection =
        detector
            ? new Selection(SELECTION.scoreFloor(), SELECTION.nmsIou(), SELECTION.detections())
            : null;
    Training training =
        new Training(
            ("%d %s phantoms with seeds from 2^32 on; thresholds, scores and calibration"
                    + " from %d phantoms from seed %d on; quality on %d phantoms from seed %d on")
                .formatted(
                    (long) steps * BATCH,
                    options.difficulty().code(),
                    VALIDATION_SHARE * options.evaluated(),
                    VALIDATION_SEED,
                    options.evaluated(),
                    TEST_SEED),
            options.command());
    ModelFiles.write(
        folder,
        ModelFiles.MANIFEST,
        new ModelManifest(
            "demo-" + (detector ? DETECTOR : CLASSIFIER),
            VERSION,
            task,
            architecture,
            labels,
            null,
            null,
            size,
            "pillow-bilinear",
            "gray",
            NORMALIZATION.mean(),
            NORMALIZATION.deviation(),
            threshold,
            selection,
            null,
            null,
            null,
            null,
            training,
            quality,
            "Apache-2.0",
            ModelFiles.hashes(folder)));
  }
}
