package io.spinexr.workshop.report;

import static io.spinexr.workshop.report.Markdown.percent;

import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.DetectorFigures;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Measure;
import io.spinexr.workshop.evaluation.Subgroup;
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
  private static final String SMALL =
      "small: fewer than %d images, or fewer than %d of them normal or abnormal; read these figures with care"
          .formatted(Subgroup.FEWEST_IMAGES, Subgroup.FEWEST_OF_A_CLASS);

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
    return Stream.concat(
            Stream.of(Markdown.lines(summary().toArray(String[]::new))),
            tables().stream().map(Table::markdown))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /**
   * All tables; of the subgroups none if no attribute is known, of the defects if there is none.
   */
  List<Table> tables() {
    return Stream.of(
            Stream.of(classifiers(), detectors(), fusion()),
            subgroups(),
            Stream.of(defects()).filter(table -> !table.rows().isEmpty()))
        .flatMap(tables -> tables)
        .toList();
  }

  /** What was measured and how, in sentences. */
  List<String> summary() {
    long abnormal =
        figures.ensemble().confusion().truePositives()
            + figures.ensemble().confusion().falseNegatives();
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "%d images, %d abnormal, of %d studies; %d annotated images are left out."
            .formatted(set.images().size(), abnormal, figures.studies(), set.leftOut()));
    sentences.add(
        String.format(
            Locale.ROOT,
            "Threshold c* = %.4f, %s. Lesions of types that the detector does not know %s.",
            set.rule().threshold(),
            set.thresholdSource(),
            set.rareTypes().display()));
    sentences.add(
        "Intervals: 95 %%, from %d resamples of the images, for detections from %d."
            .formatted(ClassifierFigures.RESAMPLES, DetectorFigures.RESAMPLES));
    if (paper) {
      sentences.add("This is the test set of the paper, whose printed figures stand below ours.");
    }
    return sentences;
  }

  private Table classifiers() {
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
    return new Table(
        "Classification",
        List.of("", "AUROC", "F1", "sensitivity", "specificity", "precision"),
        rows,
        List.of());
  }

  private static List<String> row(String name, ClassifierFigures figures) {
    return Stream.concat(
            Stream.of(name), figures.measures().values().stream().map(Markdown::percent))
        .toList();
  }

  private Table detectors() {
    return perType(
        "Detection",
        List.of(
            row("detector only, IoU 0.5", figures.at50().alone()),
            row("detector only, IoU 0.2", figures.at20().alone())),
        PaperFigures.DETECTORS);
  }

  private Table fusion() {
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

  private Table perType(String title, List<List<String>> ours, List<PaperFigures.Row> printed) {
    List<String> header =
        Stream.of(Stream.of("AP"), types().stream().map(LesionType::display), Stream.of("mean"))
            .flatMap(cells -> cells)
            .toList();
    List<List<String>> rows = new ArrayList<>(ours);
    if (paper) {
      printed.forEach(row -> rows.add(row(row)));
    }
    return new Table(title, header, rows, List.of());
  }

  private static List<String> row(PaperFigures.Row printed, String... more) {
    return Stream.of(
            Stream.of("paper: " + printed.name()), printed.cells().stream(), Stream.of(more))
        .flatMap(cells -> cells)
        .toList();
  }

  private Stream<Table> subgroups() {
    if (figures.subgroups().isEmpty()) {
      return Stream.empty();
    }
    return Stream.of(
        new Table(
            "Subgroups",
            List.of("", "images", "abnormal", "AUROC", "sensitivity", "specificity", ""),
            figures.subgroups().stream().map(group -> row(group, group.measures())).toList(),
            List.of(SMALL)),
        new Table(
            "Subgroups: gap to all other images",
            List.of("", "images", "abnormal", "AUROC", "sensitivity", "specificity", ""),
            figures.subgroups().stream().map(group -> row(group, group.gaps())).toList(),
            List.of()));
  }

  private static List<String> row(Subgroup group, Map<ClassifierFigure, Measure> figures) {
    return List.of(
        group.attribute().display() + ": " + group.value(),
        String.valueOf(group.images()),
        String.valueOf(group.abnormal()),
        percent(figures.get(ClassifierFigure.AUROC)),
        percent(figures.get(ClassifierFigure.SENSITIVITY)),
        percent(figures.get(ClassifierFigure.SPECIFICITY)),
        group.small() ? "small" : "");
  }

  private Table defects() {
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
    List<String> notes =
        new ArrayList<>(set.defects().stream().limit(LISTED).map(Defect::sentence).toList());
    if (set.defects().size() > LISTED) {
      notes.add("and %d more".formatted(set.defects().size() - LISTED));
    }
    return new Table("Defects", List.of("", "how many", "rule"), rows, notes);
  }
}
