package io.spinexr.workshop.comparison;

import static io.spinexr.workshop.report.Markdown.lines;
import static io.spinexr.workshop.report.Markdown.percent;
import static io.spinexr.workshop.report.Markdown.table;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.app.Version;
import io.spinexr.evaluation.comparison.DeLong;
import io.spinexr.evaluation.comparison.McNemar;
import io.spinexr.evaluation.comparison.NonInferiority;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.comparison.Comparison.Compared;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.DetectorFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.report.ReportFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A comparison as Markdown and as {@code compare.json}.
 *
 * @param firstName of the first set, for people
 * @param secondName of the second set, for people
 * @param figure by which the first must not be worse
 * @param margin how much worse it may be, in [0,1]; none if nobody asked
 */
public record ComparisonReport(
    Comparison comparison,
    String firstName,
    String secondName,
    Figure figure,
    Optional<Double> margin) {
  private static final int LISTED = 10;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The whole report; figures in percent. */
  public String markdown() {
    return String.join(System.lineSeparator(), heading(), figures(), tests(), nonInferiority())
        .stripTrailing();
  }

  private String heading() {
    PairedSets sets = comparison.sets();
    return lines(
            "%d images that both have predicted, %d abnormal."
                .formatted(sets.first().images().size(), abnormal()))
        + images("Only A", sets.onlyFirst())
        + images("Only B", sets.onlySecond())
        + (sets.neither() == 0
            ? ""
            : lines("Annotated images that neither has: %d.".formatted(sets.neither())))
        + (sets.notCompared().isEmpty()
            ? ""
            : lines(
                "Lesion types that only one detector knows are not compared: %s."
                    .formatted(
                        sets.notCompared().stream()
                            .map(LesionType::display)
                            .collect(Collectors.joining(", ")))))
        + (sets.ofOtherImages()
            ? lines("The predictions are not of the same image files: names or sizes differ.")
            : "")
        + set("A", firstName, sets.first())
        + set("B", secondName, sets.second())
        + lines(
            "Intervals: 95 %%, from %d resamples of the studies, for detections from %d."
                .formatted(ClassifierFigures.RESAMPLES, DetectorFigures.RESAMPLES));
  }

  private static String images(String who, List<String> ids) {
    return ids.isEmpty()
        ? ""
        : lines(
            "%s has predicted %d more: %s%s."
                .formatted(
                    who,
                    ids.size(),
                    String.join(", ", ids.subList(0, Math.min(LISTED, ids.size()))),
                    ids.size() > LISTED ? " ..." : ""));
  }

  private static String set(String letter, String name, EvaluationSet set) {
    return lines(
        String.format(
            Locale.ROOT,
            "%s: %s, threshold c* = %.4f, %s.",
            letter,
            name,
            set.rule().threshold(),
            set.thresholdSource()));
  }

  private long abnormal() {
    return comparison.sets().first().images().stream().filter(PredictedImage::abnormal).count();
  }

  private String figures() {
    List<List<String>> rows = new ArrayList<>();
    comparison
        .figures()
        .forEach(
            (name, compared) ->
                rows.add(
                    List.of(
                        name.display(),
                        percent(compared.first()),
                        percent(compared.second()),
                        percent(compared.difference()))));
    return table("Figures", List.of("", "A", "B", "A less B"), rows);
  }

  private String tests() {
    McNemar verdicts = comparison.mcNemar();
    return lines("### Tests", "")
        + comparison
            .deLong()
            .map(
                areas ->
                    lines(
                        String.format(
                            Locale.ROOT,
                            "- DeLong: AUROC of A less B %.2f (%.1f, %.1f), %s",
                            100 * areas.difference(),
                            100 * areas.differenceInterval().low(),
                            100 * areas.differenceInterval().high(),
                            p(areas.pValue()))))
            .orElse(lines("- DeLong: needs two normal and two abnormal images"))
        + lines(
            String.format(
                Locale.ROOT,
                "- McNemar: only A is right on %d images, only B on %d, %s",
                verdicts.onlyFirstRight(),
                verdicts.onlySecondRight(),
                p(verdicts.pValue())));
  }

  private static String p(double value) {
    return value < 0.0001 ? "p < 0.0001" : String.format(Locale.ROOT, "p = %.4f", value);
  }

  private String nonInferiority() {
    return margin
        .map(
            most ->
                lines(
                    String.format(
                        Locale.ROOT,
                        "%s: that A is at most %.2f worse than B %s.",
                        figure.display(),
                        100 * most,
                        comparison
                            .of(figure)
                            .nonInferiority(most)
                            .map(
                                test ->
                                    test.shown()
                                        ? "is shown" + (test.superior() ? "; A is better" : "")
                                        : "is not shown: it may be worse, or there are too few"
                                            + " images to tell")
                            .orElse("cannot be told: the figure does not exist"))))
        .orElse("");
  }

  /**
   * Writes {@code compare.json}.
   *
   * @throws ModelException if it cannot be written
   */
  public void write(Path folder) {
    Path file = folder.resolve("compare.json");
    try {
      Files.createDirectories(folder);
      Files.writeString(file, JSON.writeValueAsString(json()));
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  private ObjectNode json() {
    PairedSets sets = comparison.sets();
    ObjectNode json = JSON.createObjectNode();
    json.put("program", Version.current());
    json.put("images", sets.first().images().size());
    json.put("abnormal", abnormal());
    json.set("onlyA", JSON.valueToTree(sets.onlyFirst()));
    json.set("onlyB", JSON.valueToTree(sets.onlySecond()));
    json.put("neither", sets.neither());
    json.put("sameImageFiles", !sets.ofOtherImages());
    json.set(
        "types", JSON.valueToTree(sets.first().types().stream().map(LesionType::code).toList()));
    json.put("resamples", ClassifierFigures.RESAMPLES);
    json.put("detectorResamples", DetectorFigures.RESAMPLES);
    json.set("a", set(firstName, sets.first()));
    json.set("b", set(secondName, sets.second()));
    ObjectNode figures = json.putObject("figures");
    comparison.figures().forEach((name, compared) -> figures.set(name.code(), json(compared)));
    comparison.deLong().ifPresent(areas -> json.set("deLong", json(areas)));
    ObjectNode verdicts = json.putObject("mcNemar");
    verdicts.put("onlyARight", comparison.mcNemar().onlyFirstRight());
    verdicts.put("onlyBRight", comparison.mcNemar().onlySecondRight());
    verdicts.put("pValue", comparison.mcNemar().pValue());
    margin.ifPresent(
        most -> {
          ObjectNode test = json.putObject("nonInferiority");
          test.put("figure", figure.code());
          test.put("margin", most);
          Optional<NonInferiority> found = comparison.of(figure).nonInferiority(most);
          test.put("shown", found.map(NonInferiority::shown).orElse(false));
          test.put("superior", found.map(NonInferiority::superior).orElse(false));
        });
    return json;
  }

  private static ObjectNode set(String name, EvaluationSet set) {
    ObjectNode json = JSON.createObjectNode();
    json.put("name", name);
    json.put("threshold", set.rule().threshold());
    json.put("thresholdSource", set.thresholdSource());
    json.set("predictions", JSON.valueToTree(set.run().orElse(null)));
    return json;
  }

  private static ObjectNode json(Compared compared) {
    ObjectNode json = JSON.createObjectNode();
    json.set("a", ReportFile.measure(compared.first()));
    json.set("b", ReportFile.measure(compared.second()));
    json.set("difference", ReportFile.measure(compared.difference()));
    return json;
  }

  private static ObjectNode json(DeLong areas) {
    ObjectNode json = JSON.createObjectNode();
    json.put("difference", areas.difference());
    json.put("low", areas.differenceInterval().low());
    json.put("high", areas.differenceInterval().high());
    json.put("pValue", areas.pValue());
    return json;
  }
}
