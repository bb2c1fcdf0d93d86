package io.spinexr.radiograph;

import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ModelSet;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.LesionScores;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.Classification;
import io.spinexr.inference.Classifier;
import io.spinexr.inference.Detector;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.scope.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From an image to its findings: the classifiers judge it, the detector looks for lesions, the
 * decision rule fuses both, and of what it keeps those with too low a score are not displayed. May
 * be used from several threads at once, as long as the repository it was made from is open.
 */
public final class Analyser {
  private final Classifier classifier;
  private final Detector detector;
  private final Optional<PixelCheck> pixelCheck;
  private final DecisionRule rule;
  private final LesionScores scores;
  private final CalibrationMap calibration;
  private final ModelSet models;
  private final Mean mean;
  private final Preprocessing preprocessing;
  private final Scope scope;
  private final String device;

  public Analyser(ModelRepository repository) {
    this.classifier = repository.classifier();
    this.detector = repository.detector();
    this.pixelCheck = repository.imageCheck().map(PixelCheck::new);
    this.rule = repository.decisionRule();
    this.scores = repository.lesionScores();
    this.calibration = repository.set().manifest().calibrationMap();
    this.models = repository.modelSet();
    this.mean = repository.mean();
    this.preprocessing = repository.preprocessing();
    this.scope = repository.scope();
    this.device = repository.device();
  }

  /** Which networks the findings come from. */
  public ModelSet models() {
    return models;
  }

  /** The model set's; its threshold also decides what counts as abnormal. */
  public DecisionRule rule() {
    return rule;
  }

  /** What the detector's scores are worth. */
  public LesionScores scores() {
    return scores;
  }

  /** What became of the ensemble's probability. */
  public CalibrationMap calibration() {
    return calibration;
  }

  /** How radiographs become the images that {@link #analyse} takes. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** How the classifiers' outputs are averaged. */
  public Mean mean() {
    return mean;
  }

  /** The images that the model set is made for; whoever calls {@link #analyse} checks it. */
  public Scope scope() {
    return scope;
  }

  /** What looks whether an image is one of the set's own; empty if nothing does. */
  Optional<PixelCheck> pixelCheck() {
    return pixelCheck;
  }

  /** What the networks run on, for people. */
  public String device() {
    return device;
  }

  /**
   * Analyses one image.
   *
   * @param warnings of its header and its decoding, to stand in its findings
   */
  public ImageAnalysis analyse(ImageId id, GrayscaleImage image, List<ImageWarning> warnings) {
    long start = System.nanoTime();
    Classification classification = classifier.classify(image);
    long classified = System.nanoTime();
    List<Finding> detected = scores.judge(detector.detect(image));
    long detectedAt = System.nanoTime();
    ImageFindings findings =
        new ImageFindings(
            id,
            image.width(),
            image.height(),
            classification.probability(),
            rule.threshold(),
            detected,
            rule.apply(classification.probability(), detected).stream()
                .filter(Finding::displayed)
                .toList(),
            warnings,
            classification.raw());
    return new ImageAnalysis(
        findings,
        classification.perModel(),
        Map.of(
            Stage.CLASSIFY, Duration.ofNanos(classified - start),
            Stage.DETECT, Duration.ofNanos(detectedAt - classified)));
  }
}
