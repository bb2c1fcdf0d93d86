package io.spinexr.fhir.result;

import io.spinexr.fhir.code.Attachments;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ModelVersion;
import io.spinexr.result.AnalysedStudy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlComposer;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * The report as a page of its own, for clients that show documents. It names no patient: the report
 * that it belongs to does. Built as nodes, so whatever a text holds stays text.
 */
final class HtmlReport {
  private HtmlReport() {}

  static Attachment of(AnalysedStudy study) {
    String title =
        "AI findings, not a diagnosis: radiograph of the " + study.study().region().display();
    XhtmlNode html = new XhtmlNode(NodeType.Element, "html").setAttribute("lang", "en");
    XhtmlNode head = html.addTag("head");
    head.addTag("meta").setAttribute("charset", "UTF-8");
    head.addTag("title").addText(title);
    XhtmlNode body = html.addTag("body");
    body.addTag("h1").addText(title);
    Conclusion.of(study).lines().forEach(line -> body.addTag("p").addText(line));
    if (!study.findings().findings().isEmpty()) {
      findings(body, study);
    }
    body.addTag("h2").addText("Models");
    XhtmlNode models = body.addTag("ul");
    for (ModelVersion model : study.findings().models().models()) {
      models
          .addTag("li")
          .addText("%s %s (%s)".formatted(model.name(), model.version(), model.task()));
    }
    body.addTag("p")
        .addText("Study %s, analysed %s.".formatted(study.study().studyUid(), study.analysedAt()));
    return Attachments.of("text/html; charset=UTF-8", written(html), title);
  }

  private static void findings(XhtmlNode body, AnalysedStudy study) {
    body.addTag("h2").addText("Findings");
    XhtmlNode table = body.addTag("table");
    row(table.addTag("thead"), "th", List.of("Finding", "Score", "Image", "Pixels"));
    XhtmlNode rows = table.addTag("tbody");
    for (ImageFindings image : study.findings().images()) {
      for (Finding finding : image.findings()) {
        row(
            rows,
            "td",
            List.of(
                finding.display(),
                String.format(Locale.ROOT, "%.2f", finding.score()),
                image.image().sopInstanceUid(),
                place(finding.box())));
      }
    }
  }

  private static void row(XhtmlNode table, String cell, List<String> texts) {
    XhtmlNode row = table.addTag("tr");
    texts.forEach(text -> row.addTag(cell).addText(text));
  }

  private static String place(BoundingBox box) {
    return String.format(
        Locale.ROOT,
        "x %.0f to %.0f, y %.0f to %.0f",
        box.xMin(),
        box.xMax(),
        box.yMin(),
        box.yMax());
  }

  private static byte[] written(XhtmlNode html) {
    String text = "<!DOCTYPE html>\n" + new XhtmlComposer(XhtmlComposer.HTML).compose(html);
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
