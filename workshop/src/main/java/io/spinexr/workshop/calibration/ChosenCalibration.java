package io.spinexr.workshop.calibration;

import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.calibration.CalibrationChoice;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.evaluation.calibration.Isotonic;
import io.spinexr.evaluation.calibration.Temperature;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The calibration of an ensemble that has the least log loss on studies that it was not fitted to.
 * None if that is best; if there are fewer than {@value #FOLDS} studies; or if the ensemble tells
 * the images apart without a mistake, because a fitted one would then claim certainty.
 *
 * @param words which it is and why
 */
public record ChosenCalibration(CalibrationMap map, String words) {
  private static final int FOLDS = 5;
  private static final long SEED = 0;

  /**
   * @param raw what the ensemble itself says, one for each image
   * @param studies the study of each image
   */
  public static ChosenCalibration of(List<ScoredLabel> raw, List<String> studies) {
    int different = new LinkedHashSet<>(studies).size();
    if (different < FOLDS) {
      return none("%d studies are too few to try one on".formatted(different));
    }
    if (separated(raw)) {
      return none("on images that are told apart without a mistake any would claim certainty");
    }
    CalibrationChoice choice = CalibrationChoice.of(raw, studies, FOLDS, SEED);
    return new ChosenCalibration(
        choice.map(),
        "%s, which has the least log loss on held-out studies (%d folds): %s"
            .formatted(
                words(choice.map()),
                FOLDS,
                choice.heldOutLoss().entrySet().stream()
                    .map(
                        loss ->
                            String.format(
                                Locale.ROOT, "%s %.4f", words(loss.getKey()), loss.getValue()))
                    .collect(Collectors.joining(", "))));
  }

  private static boolean separated(List<ScoredLabel> raw) {
    double highestNormal =
        raw.stream()
            .filter(sample -> !sample.abnormal())
            .mapToDouble(ScoredLabel::probability)
            .max()
            .orElse(0);
    return raw.stream()
        .filter(ScoredLabel::abnormal)
        .allMatch(sample -> sample.probability() > highestNormal);
  }

  private static ChosenCalibration none(String because) {
    return new ChosenCalibration(new CalibrationMap.Unchanged(), "none, because " + because);
  }

  private static String words(CalibrationMap.Kind kind) {
    return kind == CalibrationMap.Kind.UNCHANGED ? "none" : kind.name().toLowerCase(Locale.ROOT);
  }

  private static String words(CalibrationMap map) {
    if (map instanceof Temperature divided) {
      return String.format(Locale.ROOT, "temperature %.4f", divided.temperature());
    }
    if (map instanceof Isotonic rising) {
      return "isotonic with %d points".formatted(rising.points().size());
    }
    return "none";
  }
}
