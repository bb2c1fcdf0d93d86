package io.spinexr.workshop.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.app.Version;
import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.FrocCurve;
import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.CsvTable;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.Curves;
import io.spinexr.workshop.evaluation.DetectorFigures;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationFigures.Detections;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Measure;
import io.spinexr.workshop.evaluation.Subgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code report.json}, every figure at full precision and null where it does not exist, and {@code
 * defects.csv}, every defect of the data set and of the predictions.
 */
public final class ReportFile {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Per image, at which FROC curves are read. */
  static final List<Double> FALSE_ALARMS = List.of(0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0);

  private ReportFile() {}

  /**
   * @throws ModelException if a file cannot be written
   */
  public static void write(Path folder, EvaluationSet set, EvaluationFigures figures) {
    Path file = folder.resolve("report.json");
    try {
      Files.createDirectories(folder);
      Files.writeString(file, JSON.writeValueAsString(json(set, figures)));
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e), e);
    }
    CsvTable.write(
        folder.resolve("defects.csv"),
        List.of("kind", "rule", "file", "line", "image_id", "text"),
        set.defects().stream()
            .map(
                defect ->
                    List.of(
                        defect.kind().code(),
                        defect.kind().treatment().display(),
                        defect.file(),
                        defect.line() == 0 ? "" : defect.line(),
                        defect.imageId(),
                        defect.text()))
            .toList());
  }

  /** The ensemble and the detector by themselves stand at the top, too. */
  static ObjectNode json(EvaluationSet set, EvaluationFigures figures) {
    ObjectNode json = JSON.createObjectNode();
    json.put("program", Version.current());
    json.put("images", set.images().size());
    json.put("studies", figures.studies());
    json.put("threshold", set.rule().threshold());
    json.put("thresholdSource", set.thresholdSource());
    json.put("keepScore", set.rule().keepScore());
    json.put("boundary", code(set.rule().boundary()));
    json.put("rareTypes", code(set.rareTypes()));
    json.put("resamples", ClassifierFigures.RESAMPLES);
    json.put("detectorResamples", DetectorFigures.RESAMPLES);
    json.set("annotated", annotated(set));
    json.set("defects", defects(set.defects()));
    json.set("classification", classification(figures.ensemble()));
    json.set("detection", detection(figures, Detections::alone));
    json.putObject("ensemble").set("classification", classification(figures.ensemble()));
    ObjectNode members = json.putObject("members");
    figures
        .members()
        .forEach((name, member) -> members.set(name, compared(classification(member), member)));
    ObjectNode fused = fused(figures, at -> at.fused(set.rule().boundary()));
    fused.set("inclusive", fused(figures, Detections::inclusive));
    fused.set("exclusive", fused(figures, Detections::exclusive));
    json.set("fused", fused);
    json.set("mirrored", compared(classification(figures.mirrored()), figures.mirrored()));
    json.putObject("study").set("classification", classification(figures.study()));
    json.set("calibration", calibration(figures.curves()));
    ObjectNode froc = json.putObject("froc");
    froc.set("alone", froc(figures.curves().alone()));
    froc.set("fused", froc(figures.curves().fused()));
    json.set("subgroups", subgroups(figures.subgroups()));
    json.set("predictions", JSON.valueToTree(set.run().orElse(null)));
    return json;
  }

  private static ObjectNode annotated(EvaluationSet set) {
    ObjectNode json = JSON.createObjectNode();
    json.put("images", set.counts().images());
    json.put("abnormal", set.counts().abnormal());
    json.put("studies", set.counts().studies());
    json.put("leftOut", set.leftOut());
    ObjectNode boxes = json.putObject("boxes");
    set.counts().boxes().forEach((type, count) -> boxes.put(type.code(), count));
    return json;
  }

  private static ObjectNode defects(List<Defect> defects) {
    ObjectNode json = JSON.createObjectNode();
    for (Defect.Kind kind : Defect.Kind.values()) {
      long count = defects.stream().filter(defect -> defect.kind() == kind).count();
      json.put(kind.code(), count);
    }
    return json;
  }

  private static ObjectNode classification(ClassifierFigures figures) {
    ObjectNode json = measures(figures.measures());
    json.set("youdenThreshold", number(figures.youden()));
    ConfusionMatrix counts = figures.confusion();
    ObjectNode confusion = json.putObject("confusion");
    confusion.put("truePositives", counts.truePositives());
    confusion.put("falsePositives", counts.falsePositives());
    confusion.put("trueNegatives", counts.trueNegatives());
    confusion.put("falseNegatives", counts.falseNegatives());
    return json;
  }

  /** With what it has more than the ensemble. */
  private static ObjectNode compared(ObjectNode classification, ClassifierFigures figures) {
    ObjectNode json = JSON.createObjectNode();
    json.set("classification", classification);
    json.set("gain", measures(figures.gains()));
    return json;
  }

  private static ObjectNode measures(Map<ClassifierFigure, Measure> measures) {
    ObjectNode json = JSON.createObjectNode();
    measures.forEach((figure, measure) -> json.set(code(figure), measure(measure)));
    return json;
  }

  /** A figure with its interval as {@code value}, {@code low} and {@code high}. */
  public static ObjectNode measure(Measure measure) {
    ObjectNode json = JSON.createObjectNode();
    json.set("value", number(measure.value()));
    json.set("low", number(measure.low()));
    json.set("high", number(measure.high()));
    return json;
  }

  /** With what it has more than the detector alone. */
  private static ObjectNode fused(
      EvaluationFigures figures, Function<Detections, DetectorFigures> which) {
    ObjectNode json = JSON.createObjectNode();
    json.set("detection", detection(figures, which));
    ObjectNode gain = json.putObject("gain");
    gain.set("map50", measure(which.apply(figures.at50()).gain()));
    gain.set("map20", measure(which.apply(figures.at20()).gain()));
    return json;
  }

  private static ObjectNode detection(
      EvaluationFigures figures, Function<Detections, DetectorFigures> which) {
    ObjectNode json = JSON.createObjectNode();
    json.set("ap50", perType(which.apply(figures.at50())));
    json.set("map50", measure(which.apply(figures.at50()).mean()));
    json.set("ap20", perType(which.apply(figures.at20())));
    json.set("map20", measure(which.apply(figures.at20()).mean()));
    return json;
  }

  private static ObjectNode perType(DetectorFigures figures) {
    ObjectNode json = JSON.createObjectNode();
    figures.perType().forEach((type, ap) -> json.set(type.code(), measure(ap)));
    return json;
  }

  private static ObjectNode calibration(Curves curves) {
    ObjectNode json = JSON.createObjectNode();
    json.set("ece", number(curves.calibration().expectedError()));
    json.set("brier", number(curves.brier()));
    json.set("logLoss", number(curves.logLoss()));
    return json;
  }

  /** Share of the lesions that are found, by false alarms per image. */
  private static ObjectNode froc(Optional<FrocCurve> curve) {
    ObjectNode json = JSON.createObjectNode();
    curve.ifPresent(
        found ->
            FALSE_ALARMS.forEach(
                each -> json.set(String.valueOf(each), number(found.sensitivityAt(each)))));
    return json;
  }

  /** By attribute and value. */
  private static ObjectNode subgroups(List<Subgroup> subgroups) {
    ObjectNode json = JSON.createObjectNode();
    for (Subgroup group : subgroups) {
      ObjectNode one = json.withObjectProperty(group.attribute().column()).putObject(group.value());
      one.put("images", group.images());
      one.put("abnormal", group.abnormal());
      one.put("small", group.small());
      one.set("classification", measures(group.measures()));
      one.set("gap", measures(group.gaps()));
    }
    return json;
  }

  private static JsonNode number(double value) {
    return Double.isNaN(value)
        ? JSON.getNodeFactory().nullNode()
        : JSON.getNodeFactory().numberNode(value);
  }

  private static String code(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
