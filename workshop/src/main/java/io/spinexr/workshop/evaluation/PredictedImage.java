package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.Finding;
import io.spinexr.finding.Probability;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.workshop.dataset.AnnotatedLesion;
import io.spinexr.workshop.prediction.Attribute;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One image with its truth and what was predicted of it.
 *
 * @param abnormal the truth
 * @param lesions the truth, of types that are measured, in pixels of the original image
 * @param probability of being abnormal, of the whole ensemble, in [0,1]; calibrated if it was
 * @param members each classifier's own, by name, in the order of the ensemble
 * @param detected before fusion
 * @param attributes for subgroups; those that are not known are left out
 * @param rawProbability of the whole ensemble before calibration, in [0,1]
 */
public record PredictedImage(
    String imageId,
    String studyId,
    boolean abnormal,
    List<AnnotatedLesion> lesions,
    double probability,
    Map<String, Double> members,
    List<Finding> detected,
    Map<Attribute, String> attributes,
    double rawProbability) {
  public PredictedImage {
    Objects.requireNonNull(imageId, "imageId");
    Objects.requireNonNull(studyId, "studyId");
    lesions = List.copyOf(lesions);
    Probability.require("probability", probability);
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    detected = List.copyOf(detected);
    attributes = Map.copyOf(attributes);
    Probability.require("rawProbability", rawProbability);
  }

  /** What one classifier says, in [0,1]. */
  double member(String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  /** What the whole ensemble says beside the truth. */
  public ScoredLabel label() {
    return new ScoredLabel(probability, abnormal);
  }

  /** The same prediction with what another one of this image takes for true and known. */
  public PredictedImage withTruthOf(PredictedImage other) {
    return new PredictedImage(
        imageId,
        other.studyId,
        other.abnormal,
        other.lesions,
        probability,
        members,
        detected,
        other.attributes,
        rawProbability);
  }

  /** The same prediction with another calibration of the ensemble. */
  PredictedImage calibrated(CalibrationMap calibration) {
    return new PredictedImage(
        imageId,
        studyId,
        abnormal,
        lesions,
        calibration.apply(rawProbability),
        members,
        detected,
        attributes,
        rawProbability);
  }

  /** Those that a decision rule keeps. */
  public List<Finding> kept(DecisionRule rule) {
    return rule.apply(probability, detected);
  }

  /**
   * As average precision takes it.
   *
   * @param findings those that count
   */
  public EvaluatedImage evaluated(List<Finding> findings) {
    return new EvaluatedImage(
        lesions.stream().map(lesion -> new Annotation(lesion.type(), lesion.box())).toList(),
        findings);
  }
}
