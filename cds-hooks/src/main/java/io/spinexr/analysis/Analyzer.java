package io.spinexr.analysis;

import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ModelSet;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Classification;
import io.spinexr.inference.Classifier;
import io.spinexr.inference.Detector;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.ModelSetManifest.Mean;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * From an image to its findings: the classifiers judge it, the detector looks for lesions, the
 * decision rule fuses both. May be used from several threads at once, as long as the repository it
 * was made from is open.
 */
public final class Analyzer {
  private final Classifier classifier;
  private final Detector detector;
  private final DecisionRule rule;
  private final ModelSet models;
  private final Mean mean;

  public Analyzer(ModelRepository repository) {
    this.classifier = repository.classifier();
    this.detector = repository.detector();
    this.rule = repository.decisionRule();
    this.models = repository.modelSet();
    this.mean = repository.mean();
  }

  /** Which networks the findings come from. */
  public ModelSet models() {
    return models;
  }

  /** The model set's; its threshold also decides what counts as abnormal. */
  public DecisionRule rule() {
    return rule;
  }

  /** How the classifiers' outputs are averaged. */
  public Mean mean() {
    return mean;
  }

  /**
   * Analyses one image.
   *
   * @param warnings of its decoding, to stand in its findings
   */
  public ImageAnalysis analyze(ImageId id, GrayscaleImage image, List<ImageWarning> warnings) {
    long start = System.nanoTime();
    Classification classification = classifier.classify(image);
    long classified = System.nanoTime();
    List<Finding> detected = detector.detect(image);
    long detectedAt = System.nanoTime();
    ImageFindings findings =
        new ImageFindings(
            id,
            image.width(),
            image.height(),
            classification.probability(),
            rule.threshold(),
            detected,
            rule.apply(classification.probability(), detected),
            warnings);
    return new ImageAnalysis(
        findings,
        classification.perModel(),
        Map.of(
            Stage.CLASSIFY, Duration.ofNanos(classified - start),
            Stage.DETECT, Duration.ofNanos(detectedAt - classified)));
  }
}
