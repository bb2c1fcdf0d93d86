package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.finding.Finding;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.fusion.MirrorRule;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Every figure of an evaluation.
 *
 * @param ensemble of the classifiers
 * @param members of each classifier by itself, by name
 * @param mirrored of the ensemble, lifted by the detector
 * @param study of the ensemble, where a study's probability is the highest of its images and a
 *     study is abnormal if one of its images is
 * @param studies how many there are
 * @param detector by itself
 * @param fused after the decision rule, by what it does to a score exactly at its limit
 */
public record EvaluationFigures(
    ClassifierFigures ensemble,
    Map<String, ClassifierFigures> members,
    ClassifierFigures mirrored,
    ClassifierFigures study,
    int studies,
    DetectorFigures detector,
    Map<Boundary, DetectorFigures> fused) {
  public EvaluationFigures {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    fused = Collections.unmodifiableMap(new EnumMap<>(fused));
  }

  /**
   * @throws IllegalArgumentException if the images are not both normal and abnormal ones
   */
  public static EvaluationFigures of(EvaluationSet set) {
    List<PredictedImage> images = set.images();
    long abnormal = images.stream().filter(PredictedImage::abnormal).count();
    if (abnormal == 0 || abnormal == images.size()) {
      throw new IllegalArgumentException(
          "normal and abnormal images are needed, but %d are normal and %d abnormal"
              .formatted(images.size() - abnormal, abnormal));
    }
    double threshold = set.rule().threshold();
    Map<String, ClassifierFigures> members = new LinkedHashMap<>();
    for (String name : set.members()) {
      members.put(
          name,
          ClassifierFigures.of(threshold, labels(images, image -> image.members().get(name))));
    }
    List<ScoredLabel> studies = studies(images);
    return new EvaluationFigures(
        ClassifierFigures.of(threshold, labels(images, PredictedImage::probability)),
        members,
        ClassifierFigures.of(
            threshold,
            labels(images, image -> MirrorRule.apply(image.probability(), image.detected()))),
        ClassifierFigures.of(threshold, studies),
        studies.size(),
        detector(set, (probability, findings) -> findings),
        Map.of(
            Boundary.INCLUSIVE, fused(set, Boundary.INCLUSIVE),
            Boundary.EXCLUSIVE, fused(set, Boundary.EXCLUSIVE)));
  }

  /** After the decision rule with this boundary. */
  public DetectorFigures fused(Boundary boundary) {
    return Objects.requireNonNull(fused.get(boundary));
  }

  private static List<ScoredLabel> labels(
      List<PredictedImage> images, ToDoubleFunction<PredictedImage> probability) {
    return images.stream()
        .map(image -> new ScoredLabel(probability.applyAsDouble(image), image.abnormal()))
        .toList();
  }

  private static List<ScoredLabel> studies(List<PredictedImage> images) {
    Map<String, ScoredLabel> studies = new LinkedHashMap<>();
    for (PredictedImage image : images) {
      studies.merge(
          image.studyId(),
          new ScoredLabel(image.probability(), image.abnormal()),
          (one, other) ->
              new ScoredLabel(
                  Math.max(one.probability(), other.probability()),
                  one.abnormal() || other.abnormal()));
    }
    return List.copyOf(studies.values());
  }

  private static DetectorFigures fused(EvaluationSet set, Boundary boundary) {
    DecisionRule rule = new DecisionRule(set.rule().threshold(), set.rule().keepScore(), boundary);
    return detector(set, rule::apply);
  }

  private static DetectorFigures detector(
      EvaluationSet set, BiFunction<Double, List<Finding>, List<Finding>> fusion) {
    return DetectorFigures.of(
        set.types(),
        set.images().stream()
            .map(image -> image.evaluated(fusion.apply(image.probability(), image.detected())))
            .toList());
  }
}
