package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.evaluation.bootstrap.ResampledClassifier;
import io.spinexr.evaluation.bootstrap.Resampling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well probabilities tell abnormal images from normal ones.
 *
 * @param measures at the threshold
 * @param gains what each measure has more than the classifier's that it is compared with, paired
 *     over the resamples
 * @param confusion counts at the threshold
 * @param youden the threshold of the highest Youden index on these images; NaN if they are of one
 *     class
 */
public record ClassifierFigures(
    Map<ClassifierFigure, Measure> measures,
    Map<ClassifierFigure, Measure> gains,
    ConfusionMatrix confusion,
    double youden) {
  /** As in the paper (section 3.1). */
  public static final int RESAMPLES = 10_000;

  private static final long SEED = 0;

  public ClassifierFigures {
    measures = Collections.unmodifiableMap(new EnumMap<>(measures));
    gains = Collections.unmodifiableMap(new EnumMap<>(gains));
  }

  /**
   * Figures of several classifiers on the same images, each compared with the first.
   *
   * @param compared at least one; the labels of each classifier, in the same order of the images
   */
  static List<ClassifierFigures> of(double threshold, List<List<ScoredLabel>> compared) {
    Bootstrap<ClassifierFigure> bootstrap =
        Bootstrap.of(
            Resampling.ofImages(compared.get(0).size(), RESAMPLES, SEED),
            compared.stream().map(labels -> new ResampledClassifier(labels, threshold)).toList());
    Map<ClassifierFigure, Double> first = values(threshold, compared.get(0));
    List<ClassifierFigures> figures = new ArrayList<>();
    for (int i = 0; i < compared.size(); i++) {
      int place = i;
      Map<ClassifierFigure, Measure> measures = new EnumMap<>(ClassifierFigure.class);
      Map<ClassifierFigure, Measure> gains = new EnumMap<>(ClassifierFigure.class);
      values(threshold, compared.get(i))
          .forEach(
              (figure, value) -> {
                measures.put(figure, Measure.of(value, () -> bootstrap.interval(place, figure)));
                gains.put(
                    figure,
                    Measure.of(
                        value - first.getOrDefault(figure, Double.NaN),
                        () -> bootstrap.difference(place, 0, figure)));
              });
      RocCurve curve = curve(compared.get(i));
      figures.add(
          new ClassifierFigures(
              measures,
              gains,
              ConfusionMatrix.at(threshold, compared.get(i)),
              curve == null ? Double.NaN : curve.youdenPoint().threshold()));
    }
    return figures;
  }

  /** Each figure at the threshold; NaN if it does not exist. */
  static Map<ClassifierFigure, Double> values(double threshold, List<ScoredLabel> labels) {
    ConfusionMatrix confusion = ConfusionMatrix.at(threshold, labels);
    RocCurve curve = curve(labels);
    return new EnumMap<>(
        Map.of(
            ClassifierFigure.AUROC, curve == null ? Double.NaN : curve.area(),
            ClassifierFigure.F1, confusion.f1(),
            ClassifierFigure.SENSITIVITY, confusion.sensitivity(),
            ClassifierFigure.SPECIFICITY, confusion.specificity(),
            ClassifierFigure.PRECISION, confusion.precision()));
  }

  private static @Nullable RocCurve curve(List<ScoredLabel> labels) {
    long abnormal = labels.stream().filter(ScoredLabel::abnormal).count();
    return abnormal == 0 || abnormal == labels.size() ? null : RocCurve.of(labels);
  }

  /** One of the measures. */
  public Measure measure(ClassifierFigure figure) {
    return measures.getOrDefault(figure, new Measure(Double.NaN, Double.NaN, Double.NaN));
  }
}
