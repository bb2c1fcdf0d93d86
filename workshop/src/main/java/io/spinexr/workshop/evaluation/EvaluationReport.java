package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.AveragePrecision;
import io.spinexr.evaluation.BootstrapInterval;
import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.evaluation.bootstrap.ResampledClassifier;
import io.spinexr.evaluation.bootstrap.Resampling;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.MirrorRule;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well a model set does, as the paper reports it. Every figure is in [0,1].
 *
 * @param threshold of the classifier
 * @param auroc area under the ROC curve
 * @param aurocInterval 95 % interval over resampled images
 * @param mirroredAuroc after the detector lifted the classifier (mirror rule)
 * @param confusion counts at the threshold
 * @param detectorOnly AP at IoU 0.5 per annotated type, before fusion
 * @param fused AP at IoU 0.5 per annotated type, after the decision rule
 */
public record EvaluationReport(
    double threshold,
    double auroc,
    BootstrapInterval aurocInterval,
    double mirroredAuroc,
    ConfusionMatrix confusion,
    Map<LesionType, Double> detectorOnly,
    Map<LesionType, Double> fused) {
  private static final double IOU = 0.5;
  private static final int RESAMPLES = 10_000;

  /**
   * @param types that the detector knows; others that are annotated do not count
   * @throws IllegalArgumentException if the images are not both normal and abnormal ones
   */
  public static EvaluationReport of(
      List<Prediction> predictions, DecisionRule rule, List<LesionType> types) {
    List<ScoredLabel> labels = predictions.stream().map(Prediction::label).toList();
    Bootstrap<ClassifierFigure> bootstrap =
        Bootstrap.of(
            Resampling.ofImages(labels.size(), RESAMPLES, 0),
            List.of(new ResampledClassifier(labels, rule.threshold())));
    return new EvaluationReport(
        rule.threshold(),
        RocCurve.of(labels).area(),
        bootstrap.interval(0, ClassifierFigure.AUROC),
        RocCurve.of(mirrored(predictions)).area(),
        ConfusionMatrix.at(rule.threshold(), labels),
        AveragePrecision.perType(
            types, IOU, predictions.stream().map(p -> p.evaluated(p.detected())).toList()),
        AveragePrecision.perType(
            types, IOU, predictions.stream().map(p -> p.fused(rule)).toList()));
  }

  /** The reference's threshold: Youden's, of several the highest. */
  public static double youdenThreshold(List<Prediction> predictions) {
    return RocCurve.of(predictions.stream().map(Prediction::label).toList())
        .youdenPoint()
        .threshold();
  }

  private static List<ScoredLabel> mirrored(List<Prediction> predictions) {
    return predictions.stream()
        .map(p -> new ScoredLabel(MirrorRule.apply(p.probability(), p.detected()), p.abnormal()))
        .toList();
  }

  /** How many images were evaluated. */
  public long images() {
    return abnormal() + confusion.falsePositives() + confusion.trueNegatives();
  }

  /** How many of the images are abnormal. */
  public long abnormal() {
    return confusion.truePositives() + confusion.falseNegatives();
  }

  /** mAP at IoU 0.5 before fusion; NaN if nothing is annotated. */
  public double detectorOnlyMean() {
    return AveragePrecision.mean(detectorOnly);
  }

  /** mAP at IoU 0.5 after the decision rule; NaN if nothing is annotated. */
  public double fusedMean() {
    return AveragePrecision.mean(fused);
  }

  /** The report as text, figures in percent as in the paper. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append("%d images, %d abnormal%n%n".formatted(images(), abnormal()));
    text.append(
        "AUROC %s (%s, %s), with the mirror rule %s%n"
            .formatted(
                percent(auroc),
                percent(aurocInterval.low()),
                percent(aurocInterval.high()),
                percent(mirroredAuroc)));
    text.append(
        "at threshold %.4f: F1 %s, sensitivity %s, specificity %s%n%n"
            .formatted(
                threshold,
                percent(confusion.f1()),
                percent(confusion.sensitivity()),
                percent(confusion.specificity())));
    text.append("%-24s %13s %13s%n".formatted("AP@0.5", "detector only", "with the rule"));
    for (LesionType type : detectorOnly.keySet()) {
      row(text, type.display(), detectorOnly.get(type), fused.getOrDefault(type, Double.NaN));
    }
    row(text, "mAP@0.5", detectorOnlyMean(), fusedMean());
    return text.toString();
  }

  private static void row(StringBuilder text, String name, double before, double after) {
    text.append("%-24s %13s %13s%n".formatted(name, percent(before), percent(after)));
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f", 100 * value);
  }
}
