package io.spinexr.workshop.calibration;

import static io.spinexr.workshop.report.Markdown.lines;
import static io.spinexr.workshop.report.Markdown.percent;
import static io.spinexr.workshop.report.Markdown.table;

import io.spinexr.evaluation.DetectionCounts;
import io.spinexr.evaluation.calibration.ChosenScores;
import io.spinexr.finding.LesionType;
import io.spinexr.workshop.comparison.Figure;
import io.spinexr.workshop.comparison.PairedFigures;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What is chosen for a set, and what another threshold changes, as Markdown. */
public final class CalibrationReport {
  private static final List<Figure> FIGURES =
      List.of(Figure.SENSITIVITY, Figure.SPECIFICITY, Figure.PRECISION, Figure.F1);

  private CalibrationReport() {}

  public static String markdown(ChosenSettings chosen) {
    ChosenThreshold threshold = chosen.threshold();
    EvaluationSet before = chosen.before();
    PairedFigures figures = PairedFigures.of(List.of(before, chosen.after()), FIGURES);
    return lines(
            "Calibration of the ensemble: " + chosen.calibration().words() + ".",
            "",
            String.format(
                Locale.ROOT,
                "c* = %.4f (%.4f, %.4f) instead of %.4f, chosen by %s, each on the scale of its"
                    + " set",
                threshold.threshold().value(),
                threshold.threshold().low(),
                threshold.threshold().high(),
                before.rule().threshold(),
                threshold.rule().display()),
            "on %d images; %d annotated images are left out. Intervals: 95 %%, from %d resamples of the studies."
                .formatted(before.images().size(), before.leftOut(), ClassifierFigures.RESAMPLES),
            "On the images that it was chosen on a threshold looks better than it is: measure on"
                + " others. So do calibration and scores.",
            "")
        + table(
            "Figures",
            List.of("", "old c*", "new c*", "new less old"),
            FIGURES.stream()
                .map(
                    figure ->
                        Stream.concat(
                                Stream.of(figure.display()),
                                Stream.of(
                                        figures.measure(0, figure),
                                        figures.measure(1, figure),
                                        figures.difference(1, 0, figure))
                                    .map(measure -> percent(measure)))
                            .toList())
                .toList())
        + scores(chosen.scores());
  }

  private static String scores(Map<LesionType, ChosenScores> scores) {
    if (scores.isEmpty()) {
      return lines("", "No detection is right, so that the scores of lesion types stay.");
    }
    return lines("")
        + table(
            "Scores, with precision and recall of the boxes that reach them, in percent",
            List.of(
                "",
                "lesions",
                "chosen on",
                "display",
                "precision",
                "recall",
                "report",
                "precision",
                "recall"),
            scores.entrySet().stream().map(of -> row(of.getKey(), of.getValue())).toList());
  }

  private static List<String> row(LesionType type, ChosenScores chosen) {
    return Stream.of(
            Stream.of(
                type.display(),
                String.valueOf(chosen.reported().annotated()),
                chosen.pooled() ? "all types" : "its own"),
            cells(chosen.displayed()),
            cells(chosen.reported()))
        .flatMap(cells -> cells)
        .toList();
  }

  private static Stream<String> cells(DetectionCounts at) {
    return Stream.of(
        String.format(Locale.ROOT, "%.3f", at.score()), share(at.precision()), share(at.recall()));
  }

  private static String share(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1f", 100 * value);
  }
}
