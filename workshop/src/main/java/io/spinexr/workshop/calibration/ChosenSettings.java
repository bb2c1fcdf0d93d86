package io.spinexr.workshop.calibration;

import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.calibration.ChosenScores;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.DeclaredScores;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is chosen for a set on annotated images, each on what comes before it: the
 * calibration, c* on its scale, the scores of each lesion type after the decision rule at that c*.
 *
 * @param before the set as it was
 * @param after the set with its new calibration and c*
 * @param scores empty if no detection is right
 */
public record ChosenSettings(
    EvaluationSet before,
    EvaluationSet after,
    ChosenCalibration calibration,
    ChosenThreshold threshold,
    Map<LesionType, ChosenScores> scores) {
  /**
   * @param rule by which c* is chosen
   * @throws IllegalArgumentException if the images are not both normal and abnormal, or no
   *     threshold meets the rule
   */
  public static ChosenSettings of(EvaluationSet set, OperatingPoint rule) {
    List<PredictedImage> images = set.images();
    ChosenCalibration calibration =
        ChosenCalibration.of(
            images.stream()
                .map(image -> new ScoredLabel(image.rawProbability(), image.abnormal()))
                .toList(),
            images.stream().map(PredictedImage::studyId).toList());
    EvaluationSet calibrated = set.calibrated(calibration.map());
    ChosenThreshold threshold = ChosenThreshold.of(calibrated, rule);
    EvaluationSet after = calibrated.withThreshold(threshold.threshold().value());
    return new ChosenSettings(
        set,
        after,
        calibration,
        threshold,
        ChosenScores.of(
            set.types(),
            after.images().stream()
                .map(image -> image.evaluated(image.kept(after.rule())))
                .toList()));
  }

  /** As {@code model-set.json} spells scores. */
  public static Map<String, DeclaredScores> declared(Map<LesionType, ChosenScores> scores) {
    Map<String, DeclaredScores> declared = new LinkedHashMap<>();
    scores.forEach((type, chosen) -> declared.put(type.code(), DeclaredScores.of(chosen.scores())));
    return declared;
  }
}
