package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.evaluation.bootstrap.Resampled;
import io.spinexr.evaluation.bootstrap.ResampledClassifier;
import io.spinexr.evaluation.bootstrap.Resampling;
import io.spinexr.workshop.prediction.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How well the ensemble does on the images that share one value of an attribute.
 *
 * @param value as predictions state it, or {@link #NOT_STATED}
 * @param images how many there are
 * @param abnormal of these
 * @param measures on these images
 * @param gaps what each measure has more on these than on the rest, which is all other images, each
 *     measured on the same resamples of all images; NaN where there is no rest
 */
public record Subgroup(
    Attribute attribute,
    String value,
    int images,
    int abnormal,
    Map<ClassifierFigure, Measure> measures,
    Map<ClassifierFigure, Measure> gaps) {
  /** The value of images whose header does not tell. */
  public static final String NOT_STATED = "not stated";

  /** A group of fewer images is small. */
  public static final int FEWEST_IMAGES = 30;

  /** A group with fewer normal or fewer abnormal images is small. */
  public static final int FEWEST_OF_A_CLASS = 10;

  private static final long SEED = 0;

  public Subgroup {
    measures = Collections.unmodifiableMap(new EnumMap<>(measures));
    gaps = Collections.unmodifiableMap(new EnumMap<>(gaps));
  }

  /**
   * The groups by each attribute that at least one image states, in the order of attributes and
   * values; {@link #NOT_STATED} comes last.
   */
  static List<Subgroup> of(EvaluationSet set) {
    List<Subgroup> groups = new ArrayList<>();
    for (Attribute attribute : Attribute.values()) {
      List<String> stated =
          set.images().stream()
              .map(image -> image.attributes().getOrDefault(attribute, NOT_STATED))
              .toList();
      if (stated.stream().anyMatch(value -> !value.equals(NOT_STATED))) {
        groups.addAll(of(attribute, stated, set));
      }
    }
    return groups;
  }

  private static List<Subgroup> of(Attribute attribute, List<String> stated, EvaluationSet set) {
    Set<String> values = new TreeSet<>(stated);
    List<String> ordered = new ArrayList<>(values);
    if (ordered.remove(NOT_STATED)) {
      ordered.add(NOT_STATED);
    }
    double threshold = set.rule().threshold();
    List<Part> parts = new ArrayList<>();
    for (String value : ordered) {
      Map<Boolean, List<Integer>> places =
          IntStream.range(0, stated.size())
              .boxed()
              .collect(Collectors.partitioningBy(i -> stated.get(i).equals(value)));
      for (boolean group : List.of(true, false)) {
        parts.add(Part.of(Objects.requireNonNull(places.get(group)), set.images(), threshold));
      }
    }
    Bootstrap<ClassifierFigure> bootstrap =
        Bootstrap.of(Resampling.ofImages(stated.size(), ClassifierFigures.RESAMPLES, SEED), parts);
    List<Subgroup> groups = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      groups.add(of(attribute, ordered.get(i), parts, 2 * i, bootstrap, threshold));
    }
    return groups;
  }

  private static Subgroup of(
      Attribute attribute,
      String value,
      List<Part> parts,
      int group,
      Bootstrap<ClassifierFigure> bootstrap,
      double threshold) {
    List<ScoredLabel> labels = parts.get(group).labels();
    int rest = group + 1;
    Map<ClassifierFigure, Double> others =
        ClassifierFigures.values(threshold, parts.get(rest).labels());
    Map<ClassifierFigure, Measure> measures = new EnumMap<>(ClassifierFigure.class);
    Map<ClassifierFigure, Measure> gaps = new EnumMap<>(ClassifierFigure.class);
    ClassifierFigures.values(threshold, labels)
        .forEach(
            (figure, found) -> {
              measures.put(figure, Measure.of(found, () -> bootstrap.interval(group, figure)));
              gaps.put(
                  figure,
                  Measure.of(
                      found - others.getOrDefault(figure, Double.NaN),
                      () -> bootstrap.difference(group, rest, figure)));
            });
    return new Subgroup(
        attribute,
        value,
        labels.size(),
        (int) labels.stream().filter(ScoredLabel::abnormal).count(),
        measures,
        gaps);
  }

  /** Whether it is too small for its figures to say much. */
  public boolean small() {
    return images < FEWEST_IMAGES || Math.min(abnormal, images - abnormal) < FEWEST_OF_A_CLASS;
  }

  /**
   * Some of the images that resamples are made of.
   *
   * @param places of these among all
   * @param all how many there are
   */
  private record Part(
      List<Integer> places, List<ScoredLabel> labels, ResampledClassifier classifier, int all)
      implements Resampled<ClassifierFigure> {
    static Part of(List<Integer> places, List<PredictedImage> all, double threshold) {
      List<ScoredLabel> labels =
          places.stream()
              .map(all::get)
              .map(image -> new ScoredLabel(image.probability(), image.abnormal()))
              .toList();
      return new Part(places, labels, new ResampledClassifier(labels, threshold), all.size());
    }

    @Override
    public int images() {
      return all;
    }

    @Override
    public List<ClassifierFigure> figures() {
      return classifier.figures();
    }

    @Override
    public double[] on(int[] counts) {
      int[] own = new int[places.size()];
      for (int i = 0; i < own.length; i++) {
        own[i] = counts[places.get(i)];
      }
      return classifier.on(own);
    }
  }
}
