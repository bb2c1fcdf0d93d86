package io.spinexr.workshop.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.workshop.dataset.AnnotatedLesion;
import io.spinexr.workshop.evaluation.AnnotatedCounts;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.evaluation.RareTypes;
import io.spinexr.workshop.prediction.Attribute;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page of an evaluation, read as XML. */
class ReportPageTest {
  private static final BoundingBox BOX = new BoundingBox(10, 20, 40, 60);
  private static final GrayscaleImage PIXELS = new GrayscaleImage(900, 600, new byte[900 * 600]);

  /** Written so that an escape that is forgotten breaks the page. */
  private static final String MISSED = "missed <b> & \"worst\"";

  @TempDir Path folder;
  private EvaluationSet set;
  private EvaluationFigures figures;
  private String html;
  private Document page;
  private JsonNode report;

  @BeforeEach
  void write() throws Exception {
    List<PredictedImage> images = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      images.add(image("abnormal " + i, true, 0.3 + 0.05 * i));
      images.add(image("normal " + i, false, 0.05 * i));
    }
    images.add(image(MISSED, true, 0.01));
    set =
        new EvaluationSet(
            images,
            List.of("net"),
            LesionType.REFERENCE_LABELS,
            DecisionRule.reference(0.4),
            "of the model set",
            RareTypes.IGNORE,
            new AnnotatedCounts(25, 13, 25, Map.of()),
            List.of(),
            Optional.empty());
    figures = EvaluationFigures.of(set);
    ReportFile.write(folder, set, figures);
    ReportPage.write(
        folder, set, figures, id -> id.equals(MISSED) ? Optional.of(PIXELS) : Optional.empty());
    html = Files.readString(folder.resolve("report.html"));
    page =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    report = new JsonMapper().readTree(folder.resolve("report.json").toFile());
  }

  private static PredictedImage image(String id, boolean abnormal, double probability) {
    return new PredictedImage(
        id,
        id,
        abnormal,
        abnormal ? List.of(new AnnotatedLesion(LesionType.OSTEOPHYTES, BOX, "r")) : List.of(),
        probability,
        Map.of("net", probability),
        List.of(new Finding(LesionType.OSTEOPHYTES, BOX, 0.75)),
        Map.of(Attribute.SEX, abnormal ? "female" : "male"),
        probability);
  }

  private List<Element> find(String path) throws Exception {
    XPath xpath = XPathFactory.newInstance().newXPath();
    NodeList nodes = (NodeList) xpath.evaluate(path, page, XPathConstants.NODESET);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private String text(String path) throws Exception {
    assertThat(find(path)).as(path).hasSize(1);
    return find(path).get(0).getTextContent();
  }

  @Test
  void needsNothingElse() throws Exception {
    assertThat(html).doesNotContain("http:", "https:", "@import", "url(//");
    for (Element element : find("//*")) {
      assertThat(element.getAttribute("src")).isEmpty();
      assertThat(element.getAttribute("href")).matches("|#.*|data:image/jpeg;base64,.*");
      assertThat(element.getAttributes())
          .satisfies(
              attributes ->
                  assertThat(
                          IntStream.range(0, attributes.getLength())
                              .mapToObj(i -> attributes.item(i).getNodeName()))
                      .noneMatch(name -> name.startsWith("on")));
    }
  }

  @Test
  void itsPolicyLetsItsOwnScriptRunOnly() throws Exception {
    String script = text("//script[not(@type)]");
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
    assertThat(find("//meta[@http-equiv]").get(0).getAttribute("content"))
        .contains("default-src 'none'")
        .contains("script-src 'sha256-%s'".formatted(Base64.getEncoder().encodeToString(hash)));
  }

  @Test
  void identifiersAreUnique() throws Exception {
    List<String> ids = find("//*[@id]").stream().map(one -> one.getAttribute("id")).toList();
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(html).contains("url(#ROC");
    Stream.of(html.split("url\\(#"))
        .skip(1)
        .forEach(rest -> assertThat(ids).contains(rest.substring(0, rest.indexOf(')'))));
  }

  @Test
  void figuresAreThoseOfTheReport() throws Exception {
    JsonNode auroc = report.at("/classification/auroc");
    assertThat(text("//tr[td[1]='ensemble']/td[2]"))
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "%.2f (%.1f,\u00a0%.1f)",
                100 * auroc.get("value").asDouble(),
                100 * auroc.get("low").asDouble(),
                100 * auroc.get("high").asDouble()));
    JsonNode confusion = report.at("/classification/confusion");
    assertThat(List.of(text("//*[@id='tp']"), text("//*[@id='fn']"), text("//*[@id='fp']")))
        .containsExactly(
            confusion.get("truePositives").asText(),
            confusion.get("falseNegatives").asText(),
            confusion.get("falsePositives").asText());
    assertThat(html)
        .contains(
            String.format(
                Locale.ROOT,
                "Expected calibration error %.4f; Brier score %.4f",
                report.at("/calibration/ece").asDouble(),
                report.at("/calibration/brier").asDouble()));
    assertThat(html)
        .contains(
            String.format(
                Locale.ROOT,
                "alone %.4f, with the rule %.4f",
                report.at("/froc/alone/1.0").asDouble(),
                report.at("/froc/fused/1.0").asDouble()));
    assertThat(text("(//section[@id='tables']//tr[td[1]='sex: female'])[1]/td[2]"))
        .isEqualTo(report.at("/subgroups/sex/female/images").asText());
  }

  /** What the script computes, computed here from the same counts. */
  @Test
  void countsOfTheSliderAreThoseAtEachThreshold() throws Exception {
    JsonNode counts = new JsonMapper().readTree(text("//script[@id='steps']"));
    assertThat(counts.get("abnormal").asInt()).isEqualTo(13);
    assertThat(counts.get("normal").asInt()).isEqualTo(12);
    JsonNode lowest = counts.get("steps").get(counts.get("steps").size() - 1);
    assertThat(List.of(lowest.get(1).asInt(), lowest.get(2).asInt())).containsExactly(13, 12);
    JsonNode last = null;
    for (JsonNode step : counts.get("steps")) {
      if (step.get(0).asDouble() >= 0.4) {
        last = step;
      }
    }
    assertThat(last).isNotNull();
    assertThat(last.get(1).asInt())
        .isEqualTo(report.at("/classification/confusion/truePositives").asInt());
    assertThat(last.get(2).asInt())
        .isEqualTo(report.at("/classification/confusion/falsePositives").asInt());
  }

  @Test
  void showsEveryPlot() throws Exception {
    assertThat(find("//section[@id='curves']//figure/svg"))
        .extracting(svg -> svg.getAttribute("aria-label"))
        .containsExactly(
            "ROC",
            "Precision and recall",
            "Calibration",
            "Probabilities by truth",
            "FROC, all types, IoU 0.5");
  }

  @Test
  void showsTheWorstFirstWithItsBoxesAndAWordWhereThereIsNoPicture() throws Exception {
    List<Element> misses = find("//section[@id='gallery']/div[1]/figure");
    // 0.01, 0.30 and 0.35 are below 0.4.
    assertThat(misses).hasSize(3);
    assertThat(text("//section[@id='gallery']/div[1]/figure[1]//code")).isEqualTo(MISSED);
    Element truth = find("//figure[.//code[contains(.,'worst')]]//rect[@class='truth']").get(0);
    assertThat(truth.getAttribute("x")).isEqualTo("10.0");
    assertThat(truth.getAttribute("y")).isEqualTo("20.0");
    assertThat(truth.getAttribute("width")).isEqualTo("30.0");
    assertThat(truth.getAttribute("height")).isEqualTo("40.0");
    assertThat(find("//rect[@class='detection']")).hasSize(1);
    assertThat(misses.get(0).getTextContent()).contains("detection: Osteophytes 0.75");
    assertThat(misses.get(1).getTextContent()).contains("abnormal 0", "image not at hand");
    String data = find("//figure//image").get(0).getAttribute("href");
    byte[] jpeg = Base64.getDecoder().decode(data.substring(data.indexOf(',') + 1));
    assertThat(ImageIO.read(new ByteArrayInputStream(jpeg)).getWidth()).isLessThanOrEqualTo(420);
    // 0.40 to 0.55: the highest first.
    assertThat(find("//section[@id='gallery']/div[2]/figure//code"))
        .extracting(Element::getTextContent)
        .startsWith("normal 11", "normal 10");
  }

  @Test
  void claimHasEveryItemOnce() throws Exception {
    assertThat(find("//section[@id='claim']//tbody/tr/td[1]"))
        .extracting(Element::getTextContent)
        .isEqualTo(IntStream.rangeClosed(1, 44).mapToObj(String::valueOf).toList());
    assertThat(find("//section[@id='claim']//tbody/tr/td[3]"))
        .extracting(Element::getTextContent)
        .containsOnly("report", "partly", "site");
  }

  @Test
  void isTheSameForTheSameFigures() {
    assertThat(
            ReportPage.html(
                set, figures, id -> id.equals(MISSED) ? Optional.of(PIXELS) : Optional.empty()))
        .isEqualTo(html);
  }

  @Test
  void theModelCardHasTheFiguresAndSaysWhatIsNotKnown() {
    String card = new AppliedModelCard(set, figures, Optional.empty()).markdown();
    double auroc = report.at("/classification/auroc/value").asDouble();
    assertThat(auroc).isCloseTo(figures.curves().roc().area(), offset(1e-12));
    assertThat(card)
        .contains(String.format(Locale.ROOT, "AUROC %.2f (", 100 * auroc))
        .contains("**Model developer.** Not stated; to be added.")
        .contains("25 images of 25 studies, 13 of them abnormal.");
  }
}
