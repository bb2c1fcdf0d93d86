package io.spinexr.workshop.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.mustachejava.DefaultMustacheFactory;
import io.spinexr.app.Version;
import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * {@code report.html}: an evaluation as one page that needs nothing beside it, neither other files
 * nor the network. It is XML, too.
 */
public final class ReportPage {
  private static final JsonMapper JSON = new JsonMapper();

  private static final Pattern INTERVAL = Pattern.compile("(\\(-?[\\d.]+), (-?[\\d.]+\\))");

  private ReportPage() {}

  /** What the template names. */
  record View(
      String title,
      List<String> summary,
      List<Table> figures,
      String threshold,
      String steps,
      ConfusionMatrix confusion,
      List<Plots.Plot> plots,
      Gallery gallery,
      boolean pictures,
      Table claim,
      String style,
      String script,
      String scriptHash,
      String program) {}

  /**
   * @param pictures images by id, as the networks start from them; empty where none is at hand
   * @throws ModelException if the file cannot be written
   */
  public static void write(
      Path folder,
      EvaluationSet set,
      EvaluationFigures figures,
      Function<String, Optional<GrayscaleImage>> pictures) {
    Path file = folder.resolve("report.html");
    try {
      Files.writeString(file, html(set, figures, pictures));
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  static String html(
      EvaluationSet set,
      EvaluationFigures figures,
      Function<String, Optional<GrayscaleImage>> pictures) {
    ReportTables tables = new ReportTables(set, figures);
    Gallery gallery = Gallery.of(set, pictures);
    String script = resource("report.js");
    ConfusionMatrix confusion = figures.ensemble().confusion();
    View view =
        new View(
            set.run().map(run -> run.origin().modelSet()).orElse("Predictions"),
            tables.summary(),
            tables.tables().stream().map(ReportPage::breakable).toList(),
            String.valueOf(set.rule().threshold()),
            steps(figures),
            confusion,
            Plots.of(figures.curves(), confusion),
            gallery,
            gallery.misses().stream().anyMatch(exhibit -> exhibit.picture() != null)
                || gallery.falseAlarms().stream().anyMatch(exhibit -> exhibit.picture() != null),
            ClaimChecklist.table(),
            resource("report.css"),
            script,
            sha256(script),
            Version.current());
    StringWriter html = new StringWriter();
    new DefaultMustacheFactory(name -> new InputStreamReader(open(name), StandardCharsets.UTF_8))
        .compile("report.mustache")
        .execute(html, view);
    return html.toString();
  }

  /** The same table, where a line may end before an interval, but not within one. */
  private static Table breakable(Table table) {
    return new Table(
        table.title(),
        table.header(),
        table.rows().stream()
            .map(
                row ->
                    row.stream()
                        .map(cell -> INTERVAL.matcher(cell).replaceAll("$1,\u00a0$2"))
                        .toList())
            .toList(),
        table.notes());
  }

  /** How many abnormal and normal images are at or above each probability, for the script. */
  private static String steps(EvaluationFigures figures) {
    List<ScoredLabel> labels = figures.curves().labels();
    long abnormal = labels.stream().filter(ScoredLabel::abnormal).count();
    long normal = labels.size() - abnormal;
    List<RocCurve.Point> points = figures.curves().roc().points();
    try {
      return JSON.writeValueAsString(
          Map.<String, Object>of(
              "abnormal",
              abnormal,
              "normal",
              normal,
              "steps",
              points.stream()
                  .map(
                      point ->
                          List.<Number>of(
                              point.threshold(),
                              Math.round(point.sensitivity() * abnormal),
                              Math.round(point.falsePositiveRate() * normal)))
                  .toList()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream file = open(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(ReportPage.class.getResourceAsStream(name), name);
  }

  /** As a content security policy names a script. */
  private static String sha256(String script) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
