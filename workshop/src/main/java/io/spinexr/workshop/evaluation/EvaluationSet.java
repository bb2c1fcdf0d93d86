package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.prediction.PredictionRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that an evaluation is about: images with truth and predictions, and how they came
 * together.
 *
 * @param images that are measured
 * @param members names of the ensemble's classifiers
 * @param types of lesions that are measured, in the detector's order
 * @param rule the decision rule; its threshold is c*
 * @param thresholdSource where the threshold comes from, in words
 * @param rareTypes what became of annotated lesions of other types
 * @param counts of the annotations, before anything was left out
 * @param defects of annotations and predictions
 * @param run what made the predictions, if they say so
 */
public record EvaluationSet(
    List<PredictedImage> images,
    List<String> members,
    List<LesionType> types,
    DecisionRule rule,
    String thresholdSource,
    RareTypes rareTypes,
    AnnotatedCounts counts,
    List<Defect> defects,
    Optional<PredictionRun> run) {
  public EvaluationSet {
    images = List.copyOf(images);
    members = List.copyOf(members);
    types = List.copyOf(types);
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(thresholdSource, "thresholdSource");
    Objects.requireNonNull(rareTypes, "rareTypes");
    Objects.requireNonNull(counts, "counts");
    defects = List.copyOf(defects);
    Objects.requireNonNull(run, "run");
  }

  /** The same set, about which more defects are known. */
  public EvaluationSet withDefects(List<Defect> more) {
    List<Defect> all = new ArrayList<>(defects);
    all.addAll(more);
    return new EvaluationSet(
        images, members, types, rule, thresholdSource, rareTypes, counts, all, run);
  }

  /** The same set with another c* in [0,1], given by whoever measures. */
  public EvaluationSet withThreshold(double threshold) {
    return new EvaluationSet(
        images,
        members,
        types,
        new DecisionRule(threshold, rule.keepScore(), rule.boundary()),
        "given by --threshold",
        rareTypes,
        counts,
        defects,
        run);
  }

  /** The same set with another calibration of the ensemble; its c* is left as it is. */
  public EvaluationSet calibrated(CalibrationMap calibration) {
    return limitedTo(images.stream().map(image -> image.calibrated(calibration)).toList(), types);
  }

  /** The same set with some of its images and types only. */
  public EvaluationSet limitedTo(List<PredictedImage> some, List<LesionType> measured) {
    return new EvaluationSet(
        some, members, measured, rule, thresholdSource, rareTypes, counts, defects, run);
  }

  /** How many images that are annotated are not measured. */
  public int leftOut() {
    return counts.images() - images.size();
  }
}
