package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.finding.Finding;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.fusion.MirrorRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Every figure of an evaluation.
 *
 * @param ensemble of the classifiers
 * @param members of each classifier by itself, by name; gains are over the ensemble
 * @param mirrored of the ensemble, lifted by the detector; gains are over the ensemble
 * @param study of the ensemble, where a study's probability is the highest of its images and a
 *     study is abnormal if one of its images is
 * @param studies how many there are
 * @param at50 detections at IoU 0.5
 * @param at20 detections at IoU 0.2
 * @param curves of the ensemble and of the detector
 * @param subgroups of the ensemble, by what the images' headers tell
 */
public record EvaluationFigures(
    ClassifierFigures ensemble,
    Map<String, ClassifierFigures> members,
    ClassifierFigures mirrored,
    ClassifierFigures study,
    int studies,
    Detections at50,
    Detections at20,
    Curves curves,
    List<Subgroup> subgroups) {
  /**
   * Detections before and after the decision rule.
   *
   * @param alone the detector by itself
   * @param inclusive after the rule, if a score of exactly its limit stays; the gain is over {@code
   *     alone}
   * @param exclusive the same, if it does not
   */
  public record Detections(
      DetectorFigures alone, DetectorFigures inclusive, DetectorFigures exclusive) {
    private static Detections of(EvaluationSet set, double iou) {
      List<DetectorFigures> figures =
          DetectorFigures.of(
              set.types(),
              iou,
              List.of(
                  evaluated(set, PredictedImage::detected),
                  evaluated(set, kept(set, Boundary.INCLUSIVE)),
                  evaluated(set, kept(set, Boundary.EXCLUSIVE))));
      return new Detections(figures.get(0), figures.get(1), figures.get(2));
    }

    private static Function<PredictedImage, List<Finding>> kept(
        EvaluationSet set, Boundary boundary) {
      DecisionRule rule =
          new DecisionRule(set.rule().threshold(), set.rule().keepScore(), boundary);
      return image -> image.kept(rule);
    }

    private static List<EvaluatedImage> evaluated(
        EvaluationSet set, Function<PredictedImage, List<Finding>> findings) {
      return set.images().stream().map(image -> image.evaluated(findings.apply(image))).toList();
    }

    /** After the decision rule with this boundary. */
    public DetectorFigures fused(Boundary boundary) {
      return boundary == Boundary.INCLUSIVE ? inclusive : exclusive;
    }
  }

  public EvaluationFigures {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    subgroups = List.copyOf(subgroups);
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
    List<List<ScoredLabel>> compared = new ArrayList<>();
    compared.add(labels(images, PredictedImage::probability));
    compared.add(labels(images, image -> MirrorRule.apply(image.probability(), image.detected())));
    set.members().forEach(name -> compared.add(labels(images, image -> image.member(name))));
    double threshold = set.rule().threshold();
    List<ClassifierFigures> figures = ClassifierFigures.of(threshold, compared);
    Map<String, ClassifierFigures> members = new LinkedHashMap<>();
    set.members().forEach(name -> members.put(name, figures.get(2 + members.size())));
    List<ScoredLabel> studies = studies(images);
    return new EvaluationFigures(
        figures.get(0),
        members,
        figures.get(1),
        ClassifierFigures.of(threshold, List.of(studies)).get(0),
        studies.size(),
        Detections.of(set, 0.5),
        Detections.of(set, 0.2),
        Curves.of(set),
        Subgroup.of(set));
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
}
