package io.spinexr.workshop.report;

import static io.spinexr.workshop.report.Markdown.lines;
import static io.spinexr.workshop.report.Markdown.percent;
import static io.spinexr.workshop.report.Markdown.table;

import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.DetectorFigures;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Measure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A report as Markdown, in the shape of the paper's Tables 3, 4 and 5: figures in percent, with
 * their 95 % intervals where they have them.
 */
public final class ReportTables {
  private static final int LISTED = 10;

  private final EvaluationSet set;
  private final EvaluationFigures figures;
  private final boolean paper;

  public ReportTables(EvaluationSet set, EvaluationFigures figures) {
    this.set = set;
    this.figures = figures;
    this.paper = PaperFigures.areOf(set.counts());
  }

  /** The whole report. */
  public String markdown() {
    return Stream.of(heading(), classifiers(), detectors(), fusion(), defects())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private String heading() {
    long abnormal =
        figures.ensemble().confusion().truePositives()
            + figures.ensemble().confusion().falseNegatives();
    return lines(
        "%d images, %d abnormal, of %d studies; %d annotated images are left out."
            .formatted(set.images().size(), abnormal, figures.studies(), set.leftOut()),
        String.format(
            Locale.ROOT,
            "Threshold c* = %.4f, %s. Lesions of types that the detector does not know %s.",
            set.rule().threshold(),
            set.thresholdSource(),
            set.rareTypes().display()),
        "Intervals: 95 %%, from %d resamples of the images, for detections from %d."
            .formatted(ClassifierFigures.RESAMPLES, DetectorFigures.RESAMPLES),
        paper ? "This is the test set of the paper, whose printed figures stand below ours." : "");
  }

  private String classifiers() {
    List<List<String>> rows = new ArrayList<>();
    figures.members().forEach((name, member) -> rows.add(row(name, member)));
    rows.add(row("ensemble", figures.ensemble()));
    rows.add(row("with the mirror rule", figures.mirrored()));
    rows.add(
        Stream.concat(
                Stream.of("gain by the mirror rule"),
                figures.mirrored().gains().values().stream().map(Markdown::percent))
            .toList());
    rows.add(row("per study", figures.study()));
    if (paper) {
      PaperFigures.CLASSIFIERS.forEach(printed -> rows.add(row(printed, "-")));
    }
    return table(
        "Classification",
        List.of("", "AUROC", "F1", "sensitivity", "specificity", "precision"),
        rows);
  }

  private static List<String> row(String name, ClassifierFigures figures) {
    return Stream.concat(
            Stream.of(name), figures.measures().values().stream().map(Markdown::percent))
        .toList();
  }

  private String detectors() {
    return perType(
        "Detection",
        List.of(
            row("detector only, IoU 0.5", figures.at50().alone()),
            row("detector only, IoU 0.2", figures.at20().alone())),
        PaperFigures.DETECTORS);
  }

  private String fusion() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("detector only", figures.at50().alone()));
    for (Boundary boundary : Boundary.values()) {
      DetectorFigures fused = figures.at50().fused(boundary);
      String rule =
          String.format(
              Locale.ROOT,
              "with the rule, score %s %s%s",
              boundary == Boundary.INCLUSIVE ? ">=" : ">",
              set.rule().keepScore(),
              boundary == set.rule().boundary() ? " (the set's)" : "");
      rows.add(row(rule, fused));
    }
    DetectorFigures ofTheSet = figures.at50().fused(set.rule().boundary());
    rows.add(row("gain by the set's rule", Map.of(), ofTheSet.gain()));
    return perType("Decision rule, AP at IoU 0.5", rows, PaperFigures.FUSION);
  }

  private List<String> row(String name, DetectorFigures figures) {
    return row(name, figures.perType(), figures.mean());
  }

  private List<String> row(String name, Map<LesionType, Measure> ap, Measure mean) {
    return Stream.of(
            Stream.of(name),
            types().stream().map(type -> ap.containsKey(type) ? percent(ap.get(type)) : "-"),
            Stream.of(percent(mean)))
        .flatMap(cells -> cells)
        .toList();
  }

  /** In the paper's order where its figures stand below. */
  private List<LesionType> types() {
    return paper ? PaperFigures.TYPES : List.copyOf(figures.at50().alone().perType().keySet());
  }

  private String perType(String title, List<List<String>> ours, List<PaperFigures.Row> printed) {
    List<String> header =
        Stream.of(Stream.of("AP"), types().stream().map(LesionType::display), Stream.of("mean"))
            .flatMap(cells -> cells)
            .toList();
    List<List<String>> rows = new ArrayList<>(ours);
    if (paper) {
      printed.forEach(row -> rows.add(row(row)));
    }
    return table(title, header, rows);
  }

  private static List<String> row(PaperFigures.Row printed, String... more) {
    return Stream.of(
            Stream.of("paper: " + printed.name()), printed.cells().stream(), Stream.of(more))
        .flatMap(cells -> cells)
        .toList();
  }

  private String defects() {
    if (set.defects().isEmpty()) {
      return "";
    }
    Map<Defect.Kind, Long> counts = new EnumMap<>(Defect.Kind.class);
    set.defects().forEach(defect -> counts.merge(defect.kind(), 1L, Long::sum));
    List<List<String>> rows =
        counts.entrySet().stream()
            .map(
                count ->
                    List.of(
                        count.getKey().code(),
                        String.valueOf(count.getValue()),
                        count.getKey().treatment().display()))
            .toList();
    int more = set.defects().size() - LISTED;
    return table("Defects", List.of("", "how many", "rule"), rows)
        + lines("")
        + set.defects().stream()
            .limit(LISTED)
            .map(defect -> lines("- " + defect.sentence()))
            .collect(Collectors.joining())
        + (more > 0 ? lines("- and %d more".formatted(more)) : "");
  }
}
