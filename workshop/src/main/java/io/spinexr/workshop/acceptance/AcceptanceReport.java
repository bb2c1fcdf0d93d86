package io.spinexr.workshop.acceptance;

import static io.spinexr.workshop.report.Markdown.lines;
import static io.spinexr.workshop.report.Markdown.table;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.app.Version;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.acceptance.Judgement.Verdict;
import io.spinexr.workshop.comparison.PairedSets;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.DetectorFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.prediction.PredictionOrigin;
import io.spinexr.workshop.prediction.PredictionRun;
import io.spinexr.workshop.report.ReportFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is signed: {@code acceptance.md} and {@code acceptance.json}.
 *
 * @param run of the set that is to go live
 * @param annotations SHA-256 of the annotation file
 * @param rules SHA-256 of the rules file
 */
public record AcceptanceReport(
    Acceptance acceptance, PredictionRun run, String annotations, String rules) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The whole report; figures in percent. */
  public String markdown() {
    return String.join(System.lineSeparator(), heading(), basis(), judgements(), signatures())
        .stripTrailing();
  }

  private String heading() {
    long failed = acceptance.count(Verdict.FAILED);
    long notJudged = acceptance.count(Verdict.NOT_JUDGED);
    return lines(
        "## Acceptance of " + run.origin().modelSet(),
        "",
        "**%s**: of %d rules %d passed, %d failed, %d could not be judged."
            .formatted(
                acceptance.accepted() ? "ACCEPTED" : "NOT ACCEPTED",
                acceptance.judgements().size(),
                acceptance.count(Verdict.PASSED),
                failed,
                notJudged));
  }

  private String basis() {
    EvaluationSet set = acceptance.set();
    return lines("### What was measured", "")
        + set("New set", set)
        + acceptance.pair().map(pair -> set("Old set", pair.second())).orElse("")
        + lines(
            "- Data: %d images, %d abnormal; %d annotated images are left out"
                .formatted(set.images().size(), abnormal(set.images()), set.leftOut()))
        + acceptance
            .pair()
            .map(
                pair ->
                    lines(
                        "- Compared: %d images that both have predicted; only the new set %d, only the old one %d"
                            .formatted(
                                pair.first().images().size(),
                                pair.onlyFirst().size(),
                                pair.onlySecond().size())))
            .orElse("")
        + lines(
            "- Annotations: SHA-256 " + annotations,
            "- Image files: fingerprint " + run.origin().dataSet(),
            "- Rules: SHA-256 " + rules,
            "- SpineXR %s, networks on %s; 95 %% intervals from %d resamples of the studies, for detections from %d"
                .formatted(
                    Version.current(),
                    run.origin().device(),
                    ClassifierFigures.RESAMPLES,
                    DetectorFigures.RESAMPLES));
  }

  private static String set(String title, EvaluationSet set) {
    StringBuilder text = new StringBuilder();
    text.append(
        lines(
            String.format(
                Locale.ROOT,
                "- %s: %s, c* = %.4f, %s; keepScore %s, %s; rare types %s",
                title,
                set.run().map(run -> run.origin().modelSet()).orElse("unknown"),
                set.rule().threshold(),
                set.thresholdSource(),
                set.rule().keepScore(),
                set.rule().boundary().name().toLowerCase(Locale.ROOT),
                set.rareTypes().display())));
    set.run()
        .map(PredictionRun::origin)
        .map(PredictionOrigin::models)
        .orElse(List.of())
        .forEach(
            model ->
                text.append(
                    lines(
                        "  - %s %s, %s: SHA-256 %s"
                            .formatted(
                                model.name(), model.version(), model.task(), model.sha256()))));
    return text.toString();
  }

  private static long abnormal(List<PredictedImage> images) {
    return images.stream().filter(PredictedImage::abnormal).count();
  }

  private String judgements() {
    return table(
        "Rules",
        List.of("rule", "of", "demanded", "found", "verdict"),
        acceptance.judgements().stream()
            .map(
                judged ->
                    List.of(
                        judged.key(),
                        judged.about(),
                        judged.demanded(),
                        judged.found(),
                        judged.verdict().display()))
            .toList());
  }

  private static String signatures() {
    return table(
        "Sign-off",
        List.of("role", "name                ", "date      ", "signature           "),
        List.of(
            List.of("measured by", "", "", ""),
            List.of("responsible for clinical use", "", "", "")));
  }

  /**
   * Writes both files.
   *
   * @throws ModelException if one cannot be written
   */
  public void write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("acceptance.md"), markdown() + System.lineSeparator());
      Files.writeString(folder.resolve("acceptance.json"), JSON.writeValueAsString(json()));
    } catch (IOException e) {
      throw new ModelException("the report in %s cannot be written: %s".formatted(folder, e), e);
    }
  }

  private ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("program", Version.current());
    json.put("accepted", acceptance.accepted());
    json.set("set", json(acceptance.set()));
    json.set("against", acceptance.pair().map(pair -> json(pair.second())).orElse(null));
    ObjectNode data = json.putObject("data");
    data.put("annotations", annotations);
    data.put("imageFiles", run.origin().dataSet());
    data.put("images", acceptance.set().images().size());
    data.put("abnormal", abnormal(acceptance.set().images()));
    data.put("leftOut", acceptance.set().leftOut());
    Optional<PairedSets> pair = acceptance.pair();
    data.set("onlySet", JSON.valueToTree(pair.map(PairedSets::onlyFirst).orElse(List.of())));
    data.set("onlyAgainst", JSON.valueToTree(pair.map(PairedSets::onlySecond).orElse(List.of())));
    json.put("rules", rules);
    ArrayNode judgements = json.putArray("judgements");
    acceptance.judgements().forEach(judged -> judgements.add(json(judged)));
    return json;
  }

  private static ObjectNode json(EvaluationSet set) {
    ObjectNode json = JSON.createObjectNode();
    json.put("threshold", set.rule().threshold());
    json.put("keepScore", set.rule().keepScore());
    json.set("predictions", JSON.valueToTree(set.run().orElse(null)));
    return json;
  }

  private static ObjectNode json(Judgement judged) {
    ObjectNode json = ReportFile.measure(judged.measure());
    json.put("rule", judged.key());
    json.put("of", judged.about());
    json.put("limit", judged.limit());
    json.put("verdict", judged.verdict().code());
    return json;
  }
}
