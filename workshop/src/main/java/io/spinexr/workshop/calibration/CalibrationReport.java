package io.spinexr.workshop.calibration;

import static io.spinexr.workshop.report.Markdown.lines;
import static io.spinexr.workshop.report.Markdown.percent;
import static io.spinexr.workshop.report.Markdown.table;

import io.spinexr.workshop.comparison.Figure;
import io.spinexr.workshop.comparison.PairedFigures;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What another threshold changes, as Markdown. */
public final class CalibrationReport {
  private static final List<Figure> FIGURES =
      List.of(Figure.SENSITIVITY, Figure.SPECIFICITY, Figure.PRECISION, Figure.F1);

  private CalibrationReport() {}

  /**
   * The report.
   *
   * @param set with its old threshold
   */
  public static String markdown(EvaluationSet set, ChosenThreshold chosen) {
    EvaluationSet changed = set.withThreshold(chosen.threshold().value());
    PairedFigures figures = PairedFigures.of(List.of(set, changed), FIGURES);
    return lines(
            String.format(
                Locale.ROOT,
                "c* = %.4f (%.4f, %.4f) instead of %.4f, chosen by %s",
                chosen.threshold().value(),
                chosen.threshold().low(),
                chosen.threshold().high(),
                set.rule().threshold(),
                chosen.rule().display()),
            "on %d images; %d annotated images are left out. Intervals: 95 %%, from %d resamples of the studies."
                .formatted(set.images().size(), set.leftOut(), ClassifierFigures.RESAMPLES),
            "On the images that it was chosen on a threshold looks better than it is: measure on"
                + " others.",
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
                .toList());
  }
}
