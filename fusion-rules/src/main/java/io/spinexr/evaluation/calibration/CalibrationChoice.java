package io.spinexr.evaluation.calibration;

import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.calibration.CalibrationMap.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Which calibration helps on images that it was not fitted to.
 *
 * @param map the kind of the least loss, fitted to all images; of kinds that are equally good the
 *     simplest
 * @param heldOutLoss log loss of each kind on images of studies that it did not see
 */
public record CalibrationChoice(CalibrationMap map, Map<Kind, Double> heldOutLoss) {
  public CalibrationChoice {
    heldOutLoss = Collections.unmodifiableMap(new EnumMap<>(heldOutLoss));
  }

  /**
   * Cross-validates every kind.
   *
   * @param samples one per image
   * @param studies the study of each image: all of its images are in one fold
   * @param folds at least 2
   * @param seed makes the folds repeatable
   * @throws IllegalArgumentException if there are fewer studies than folds
   */
  public static CalibrationChoice of(
      List<ScoredLabel> samples, List<String> studies, int folds, long seed) {
    List<String> shuffled = new ArrayList<>(new LinkedHashSet<>(studies));
    if (studies.size() != samples.size() || folds < 2 || shuffled.size() < folds) {
      throw new IllegalArgumentException(
          "a calibration is tried on at least 2 folds of studies, but got %d folds of %d studies (%d images, %d of them with a study)"
              .formatted(folds, shuffled.size(), samples.size(), studies.size()));
    }
    Collections.shuffle(shuffled, new Random(seed));
    Map<String, Integer> fold = new HashMap<>();
    shuffled.forEach(study -> fold.put(study, fold.size() % folds));

    Map<Kind, List<ScoredLabel>> heldOut = new EnumMap<>(Kind.class);
    for (int held = 0; held < folds; held++) {
      List<ScoredLabel> inside = new ArrayList<>();
      List<ScoredLabel> outside = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        (Objects.equals(fold.get(studies.get(i)), held) ? inside : outside).add(samples.get(i));
      }
      for (Kind kind : Kind.values()) {
        heldOut
            .computeIfAbsent(kind, k -> new ArrayList<>())
            .addAll(kind.fit(outside).apply(inside));
      }
    }
    Map<Kind, Double> losses = new EnumMap<>(Kind.class);
    heldOut.forEach((kind, calibrated) -> losses.put(kind, Loss.log(calibrated)));
    Kind best = Collections.min(losses.entrySet(), Map.Entry.comparingByValue()).getKey();
    return new CalibrationChoice(best.fit(samples), losses);
  }
}
