package io.spinexr.workshop.acceptance;

import io.spinexr.evaluation.comparison.NonInferiority;
import io.spinexr.workshop.acceptance.AcceptanceRules.Count;
import io.spinexr.workshop.acceptance.AcceptanceRules.Minimum;
import io.spinexr.workshop.acceptance.AcceptanceRules.Part;
import io.spinexr.workshop.acceptance.AcceptanceRules.Subgroups;
import io.spinexr.workshop.acceptance.Judgement.Verdict;
import io.spinexr.workshop.comparison.Comparison;
import io.spinexr.workshop.comparison.Comparison.Compared;
import io.spinexr.workshop.comparison.Figure;
import io.spinexr.workshop.comparison.PairedFigures;
import io.spinexr.workshop.comparison.PairedSets;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Measure;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.prediction.Attribute;
import io.spinexr.workshop.report.Markdown;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What measuring says of each of a site's rules.
 *
 * @param set that is to go live, on all images that it has predicted
 * @param pair the same beside the set that it is to replace, on the images that both have
 */
public record Acceptance(EvaluationSet set, Optional<PairedSets> pair, List<Judgement> judgements) {
  private static final String NOT_STATED = "not stated";

  public Acceptance {
    judgements = List.copyOf(judgements);
  }

  /**
   * Judges a set by every rule.
   *
   * @param set with at least one image
   * @param pair needed if the rules demand non-inferiority
   */
  public static Acceptance of(AcceptanceRules rules, EvaluationSet set, Optional<PairedSets> pair) {
    List<Judgement> judgements = new ArrayList<>();
    List<PredictedImage> images = pair.map(PairedSets::first).orElse(set).images();
    rules.counts().forEach((what, least) -> judgements.add(count(what, least, images)));
    rules.leftOut().ifPresent(most -> judgements.add(leftOut(most, set.leftOut())));
    minimum(rules.minimum(), set, judgements);
    if (!rules.margins().isEmpty()) {
      nonInferior(rules, Comparison.of(pair.orElseThrow()), judgements);
    }
    rules.subgroups().ifPresent(subgroups -> subgroups(subgroups, set, judgements));
    return new Acceptance(set, pair, judgements);
  }

  /** Whether no rule failed. */
  public boolean accepted() {
    return count(Verdict.FAILED) == 0;
  }

  /** How many rules came to this. */
  public long count(Verdict verdict) {
    return judgements.stream().filter(judged -> judged.verdict() == verdict).count();
  }

  private static Judgement count(Count what, int least, List<PredictedImage> images) {
    long abnormal = images.stream().filter(PredictedImage::abnormal).count();
    long found =
        switch (what) {
          case IMAGES -> images.size();
          case NORMAL -> images.size() - abnormal;
          case ABNORMAL -> abnormal;
          case STUDIES -> images.stream().map(PredictedImage::studyId).distinct().count();
        };
    return counted("counts." + what.code(), what.code(), "at least", least, found, found >= least);
  }

  private static Judgement leftOut(int most, int found) {
    return counted(
        "left-out", "images without a prediction", "at most", most, found, found <= most);
  }

  private static Judgement counted(
      String key, String about, String relation, int limit, long found, boolean passed) {
    return new Judgement(
        key,
        about,
        relation + " " + limit,
        String.valueOf(found),
        limit,
        new Measure(found, Double.NaN, Double.NaN),
        Verdict.of(passed));
  }

  private static void minimum(
      List<Minimum> minimum, EvaluationSet set, List<Judgement> judgements) {
    PairedFigures figures =
        PairedFigures.of(List.of(set), minimum.stream().map(Minimum::figure).toList());
    for (Minimum demand : minimum) {
      Measure found = figures.measure(0, demand.figure());
      double value = demand.part() == Part.LOW ? found.low() : found.value();
      judgements.add(
          new Judgement(
              "minimum.%s.%s".formatted(demand.figure().code(), demand.part().code()),
              "%s, %s".formatted(demand.figure().display(), demand.part().display()),
              "at least " + percent(demand.limit()),
              Markdown.percent(found),
              demand.limit(),
              found,
              Verdict.of(value >= demand.limit())));
    }
  }

  private static void nonInferior(
      AcceptanceRules rules, Comparison comparison, List<Judgement> judgements) {
    rules
        .margins()
        .forEach(
            (figure, margin) -> {
              Compared compared = comparison.of(figure);
              judgements.add(
                  new Judgement(
                      "non-inferior." + figure.code(),
                      figure.display() + ", new less old",
                      "interval above -" + percent(margin),
                      Markdown.percent(compared.difference()),
                      margin,
                      compared.difference(),
                      Verdict.of(
                          compared
                              .nonInferiority(margin)
                              .map(NonInferiority::shown)
                              .orElse(false))));
            });
  }

  /** Images of one value of an attribute, and all others. */
  private record Group(
      String name, Predicate<PredictedImage> inside, long normal, long abnormal, boolean judged) {
    static Group of(
        Attribute attribute, String value, List<PredictedImage> images, Subgroups rules) {
      Predicate<PredictedImage> inside = image -> value(attribute, image).equals(value);
      long abnormal = images.stream().filter(inside).filter(PredictedImage::abnormal).count();
      long normal = images.stream().filter(inside).count() - abnormal;
      long allAbnormal = images.stream().filter(PredictedImage::abnormal).count();
      long allNormal = images.size() - allAbnormal;
      return new Group(
          "%s %s".formatted(attribute.column(), value),
          inside,
          normal,
          abnormal,
          Math.min(normal, allNormal - normal) >= rules.normal()
              && Math.min(abnormal, allAbnormal - abnormal) >= rules.abnormal());
    }

    private static String value(Attribute attribute, PredictedImage image) {
      return image.attributes().getOrDefault(attribute, NOT_STATED);
    }

    Judgement judgement(Figure figure, double limit, Measure gap) {
      boolean known = judged && !Double.isNaN(gap.value());
      return new Judgement(
          "subgroups.gap." + figure.code(),
          "%s, others less %s (%d normal, %d abnormal)"
              .formatted(figure.display(), name, normal, abnormal),
          "at most " + percent(limit),
          Markdown.percent(gap),
          limit,
          gap,
          known ? Verdict.of(gap.value() <= limit) : Verdict.NOT_JUDGED);
    }
  }

  private static void subgroups(Subgroups rules, EvaluationSet set, List<Judgement> judgements) {
    for (Attribute attribute : rules.attributes()) {
      Set<String> values = new TreeSet<>();
      set.images().forEach(image -> values.add(Group.value(attribute, image)));
      List<Group> groups =
          values.stream().map(value -> Group.of(attribute, value, set.images(), rules)).toList();
      List<Judgement> ofAttribute = gaps(rules, groups, set);
      judgements.addAll(ofAttribute);
      Set<String> judged = new HashSet<>();
      ofAttribute.stream()
          .filter(judgement -> judgement.verdict() != Verdict.NOT_JUDGED)
          .forEach(judgement -> judged.add(judgement.key()));
      rules
          .gaps()
          .forEach(
              (figure, limit) -> {
                if (!judged.contains("subgroups.gap." + figure.code())) {
                  judgements.add(nobody(attribute, figure, limit));
                }
              });
    }
  }

  private static List<Judgement> gaps(Subgroups rules, List<Group> groups, EvaluationSet set) {
    List<Predicate<PredictedImage>> parts = new ArrayList<>();
    groups.forEach(
        group -> {
          parts.add(group.inside());
          parts.add(group.inside().negate());
        });
    PairedFigures figures = PairedFigures.ofParts(set, parts, rules.gaps().keySet());
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      int place = 2 * i;
      rules
          .gaps()
          .forEach(
              (figure, limit) ->
                  judgements.add(
                      group.judgement(
                          figure,
                          limit,
                          group.judged()
                              ? figures.difference(place + 1, place, figure)
                              : new Measure(Double.NaN, Double.NaN, Double.NaN))));
    }
    return judgements;
  }

  /** A rule that nothing can be said of must not pass. */
  private static Judgement nobody(Attribute attribute, Figure figure, double limit) {
    return new Judgement(
        "subgroups.gap." + figure.code(),
        "%s by %s: no group could be judged".formatted(figure.display(), attribute.column()),
        "at most " + percent(limit),
        "-",
        limit,
        new Measure(Double.NaN, Double.NaN, Double.NaN),
        Verdict.FAILED);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
