package io.spinexr.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.evaluation.calibration.Temperature;
import io.spinexr.finding.LesionType;
import io.spinexr.workshop.prediction.ProbabilityFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

class CertaintyOfFindingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TEMPERATURE = 3;

  @TempDir static Path folder;

  @BeforeAll
  static void makePhantoms() {
    assertThat(
            WorkshopTest.run(
                    "phantom", "--count", 4, "--seed", 40, "--out", folder.resolve("phantoms"))
                .status())
        .isZero();
  }

  /** The demo networks with the same scores for all types, and a temperature. */
  private static Path models(double display, double report) throws IOException {
    Path models = Files.createTempDirectory(folder, "models");
    FileSystemUtils.copyRecursively(Path.of("../inference-tf/models/demo"), models);
    Path file = models.resolve("model-set.json");
    ObjectNode set = (ObjectNode) JSON.readTree(file.toFile());
    Map<String, Map<String, Double>> scores =
        LesionType.REFERENCE_LABELS.stream()
            .collect(
                Collectors.toMap(
                    LesionType::code, type -> Map.of("display", display, "report", report)));
    set.set("scores", JSON.valueToTree(scores));
    set.set("calibration", JSON.valueToTree(Map.of("temperature", TEMPERATURE)));
    JSON.writeValue(file.toFile(), set);
    return models;
  }

  private static List<JsonNode> analyzed(Path models) throws IOException {
    return WorkshopTest.run(
            "analyze",
            "--models",
            models,
            "--out",
            folder.resolve("out"),
            folder.resolve("phantoms/images"))
        .documents();
  }

  private static List<JsonNode> all(List<JsonNode> documents, String list) {
    List<JsonNode> findings = new ArrayList<>();
    documents.forEach(document -> document.path(list).forEach(findings::add));
    return findings;
  }

  private static String certainty(JsonNode finding) {
    return finding.path("certainty").asText();
  }

  @Test
  void whatIsNotDisplayedIsMeasuredAllTheSame() throws IOException {
    List<JsonNode> reported = analyzed(models(0, 0));
    List<JsonNode> uncertain = analyzed(models(0, 1));
    List<JsonNode> hidden = analyzed(models(1, 1));

    assertThat(all(reported, "findings"))
        .isNotEmpty()
        .allMatch(finding -> certainty(finding).equals("reported"));
    assertThat(all(uncertain, "findings"))
        .hasSameSizeAs(all(reported, "findings"))
        .allMatch(finding -> certainty(finding).equals("uncertain"));
    assertThat(all(hidden, "findings")).isEmpty();
    assertThat(all(hidden, "findingsBeforeFusion"))
        .hasSameSizeAs(all(reported, "findingsBeforeFusion"))
        .allMatch(finding -> certainty(finding).equals("undisplayed"));
    for (JsonNode document : hidden) {
      boolean abnormal =
          document.path("probability").asDouble() >= document.path("threshold").asDouble();
      assertThat(document.path("verdict").asText())
          .isEqualTo(abnormal ? "abnormal-by-classifier" : "nothing-found");
    }
  }

  private static Path predicted(Path models) throws IOException {
    Path out = Files.createTempDirectory(folder, "predictions");
    assertThat(
            WorkshopTest.run(
                    "predict",
                    "--models",
                    models,
                    "--images",
                    folder.resolve("phantoms/images"),
                    "--annotations",
                    folder.resolve("phantoms/annotations.csv"),
                    "--out",
                    out)
                .status())
        .isZero();
    return out;
  }

  @Test
  void predictionsHaveAllBoxesAndBothProbabilities() throws IOException {
    Path hidden = predicted(models(1, 1));

    assertThat(hidden.resolve("detections.json"))
        .hasSameTextualContentAs(predicted(models(0, 0)).resolve("detections.json"));
    assertThat(JSON.readTree(hidden.resolve("detections.json").toFile())).isNotEmpty();
    List<ProbabilityFile.Row> rows =
        List.copyOf(ProbabilityFile.read(hidden.resolve("preds.csv")).rows().values());
    assertThat(rows)
        .hasSize(4)
        .allSatisfy(
            row -> {
              assertThat(row.members()).hasSize(1).containsValue(row.raw());
              assertThat(row.probability())
                  .isEqualTo(new Temperature(TEMPERATURE).apply(row.raw()))
                  .isNotEqualTo(row.raw());
            });
    assertThat(analyzed(models(1, 1)))
        .extracting(document -> document.path("rawProbability").asDouble())
        .containsExactlyInAnyOrderElementsOf(rows.stream().map(ProbabilityFile.Row::raw).toList());
  }
}
