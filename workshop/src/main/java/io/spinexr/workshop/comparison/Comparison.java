package io.spinexr.workshop.comparison;

import io.spinexr.evaluation.BootstrapInterval;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.comparison.DeLong;
import io.spinexr.evaluation.comparison.McNemar;
import io.spinexr.evaluation.comparison.NonInferiority;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Measure;
import io.spinexr.workshop.evaluation.PredictedImage;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What distinguishes two model sets. DeLong's and McNemar's tests take images as independent.
 *
 * @param figures of both, and what the first has more than the second
 * @param deLong of the AUROCs; empty with fewer than two normal or two abnormal images
 * @param mcNemar of the verdicts, each at the threshold of its set
 */
public record Comparison(
    PairedSets sets, Map<Figure, Compared> figures, Optional<DeLong> deLong, McNemar mcNemar) {
  /**
   * One figure of both.
   *
   * @param difference what the first has more than the second on the same resamples
   */
  public record Compared(Measure first, Measure second, Measure difference) {
    /**
     * Whether the first is at most so much worse than the second; empty if the figure does not
     * exist for both.
     *
     * @param margin at least 0
     */
    public Optional<NonInferiority> nonInferiority(double margin) {
      return Double.isNaN(difference.value())
          ? Optional.empty()
          : Optional.of(
              new NonInferiority(
                  new BootstrapInterval(difference.low(), difference.high()), margin));
    }
  }

  public Comparison {
    figures = Collections.unmodifiableMap(new EnumMap<>(figures));
  }

  /** Measures both on their common images. */
  public static Comparison of(PairedSets sets) {
    PairedFigures paired =
        PairedFigures.of(List.of(sets.first(), sets.second()), List.of(Figure.values()));
    Map<Figure, Compared> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      figures.put(
          figure,
          new Compared(
              paired.measure(0, figure),
              paired.measure(1, figure),
              paired.difference(0, 1, figure)));
    }
    List<ScoredLabel> first = labels(sets.first());
    List<ScoredLabel> second = labels(sets.second());
    long abnormal = first.stream().filter(ScoredLabel::abnormal).count();
    return new Comparison(
        sets,
        figures,
        Math.min(abnormal, first.size() - abnormal) < 2
            ? Optional.empty()
            : Optional.of(DeLong.of(first, second)),
        McNemar.of(
            first, sets.first().rule().threshold(), second, sets.second().rule().threshold()));
  }

  private static List<ScoredLabel> labels(EvaluationSet set) {
    return set.images().stream().map(PredictedImage::label).toList();
  }

  /** One figure of both. */
  public Compared of(Figure figure) {
    Compared compared = figures.get(figure);
    if (compared == null) {
      throw new IllegalArgumentException("%s was not measured".formatted(figure));
    }
    return compared;
  }
}
