package io.spinexr.workshop.comparison;

import io.spinexr.finding.LesionType;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.evaluation.RareTypes;
import io.spinexr.workshop.prediction.PredictionRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two model sets on the images that both have predicted, with one truth, and on the types that both
 * know.
 *
 * @param first with these images and types only
 * @param second the same images in the same order
 * @param onlyFirst images that only the first has predicted
 * @param onlySecond images that only the second has predicted
 * @param notCompared types that only one of the detectors knows
 */
public record PairedSets(
    EvaluationSet first,
    EvaluationSet second,
    List<String> onlyFirst,
    List<String> onlySecond,
    List<LesionType> notCompared) {
  public PairedSets {
    onlyFirst = List.copyOf(onlyFirst);
    onlySecond = List.copyOf(onlySecond);
    notCompared = List.copyOf(notCompared);
  }

  /**
   * Pairs two sets that were measured with the same annotations.
   *
   * @throws IllegalArgumentException if what both have predicted cannot be compared: not both
   *     normal and abnormal images, or rare types that count as others for one of them only
   */
  public static PairedSets of(EvaluationSet first, EvaluationSet second) {
    List<LesionType> types = first.types().stream().filter(second.types()::contains).toList();
    List<LesionType> notCompared =
        Stream.concat(first.types().stream(), second.types().stream())
            .filter(type -> !types.contains(type))
            .toList();
    if (first.rareTypes() == RareTypes.OTHER && !notCompared.isEmpty()) {
      throw new IllegalArgumentException(
          "with --rare-types other both detectors must know the same types, else other lesions are"
              + " not the same for both; use --rare-types ignore");
    }
    Map<String, PredictedImage> others =
        second.images().stream()
            .collect(
                Collectors.toMap(
                    PredictedImage::imageId, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    List<PredictedImage> ofFirst = new ArrayList<>();
    List<PredictedImage> ofSecond = new ArrayList<>();
    List<String> onlyFirst = new ArrayList<>();
    for (PredictedImage image : first.images()) {
      PredictedImage other = others.remove(image.imageId());
      if (other == null) {
        onlyFirst.add(image.imageId());
      } else {
        ofFirst.add(image);
        ofSecond.add(other.withTruthOf(image));
      }
    }
    long abnormal = ofFirst.stream().filter(PredictedImage::abnormal).count();
    if (abnormal == 0 || abnormal == ofFirst.size()) {
      throw new IllegalArgumentException(
          "normal and abnormal images with predictions of both are needed, but %d are normal and %d abnormal"
              .formatted(ofFirst.size() - abnormal, abnormal));
    }
    return new PairedSets(
        first.limitedTo(ofFirst, types),
        second.limitedTo(ofSecond, types),
        onlyFirst,
        List.copyOf(others.keySet()),
        notCompared);
  }

  /** How many annotated images neither has predicted, or are left out for what is wrong of them. */
  public int neither() {
    return first.counts().images() - first.images().size() - onlyFirst.size() - onlySecond.size();
  }

  /** Whether both say of which images they are, and say different ones. */
  public boolean ofOtherImages() {
    Optional<String> one = images(first);
    Optional<String> other = images(second);
    return one.isPresent() && other.isPresent() && !one.equals(other);
  }

  private static Optional<String> images(EvaluationSet set) {
    return set.run().map(PredictionRun::origin).map(origin -> origin.dataSet());
  }
}
