package io.spinexr.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.runtime.PlainRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

/** Sets whose detectors know other lesions than the published one. */
class LabelsOfASetTest {
  private static final Path DEMO = Path.of("../inference-tf/models/demo");

  @TempDir Path folder;

  /** The demo classifier, and a detector that finds one box of each of the first types. */
  private Path models(List<LesionType> types) throws IOException {
    Path models = folder.resolve("models");
    FileSystemUtils.copyRecursively(DEMO.resolve("classifier"), models.resolve("classifier"));
    PlainRuntime.writeDetector(
        models.resolve("detector"), types.stream().map(LesionType::code).toList());
    Files.writeString(
        models.resolve("model-set.json"),
        """
        {"name": "other", "version": "1", "classifiers": ["classifier"], "mean": "logit",
         "threshold": 0, "detector": "detector", "scores": {%s}}
        """
            .formatted(
                types.stream()
                    .map(type -> "\"%s\": {\"display\": 0, \"report\": 0.5}".formatted(type.code()))
                    .collect(Collectors.joining(", "))));
    return models;
  }

  private Path phantoms(int count) {
    Path data = folder.resolve("phantoms");
    WorkshopTest.run("phantom", "--count", count, "--seed", 7, "--out", data);
    return data;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 13})
  void analyzeFindsAndDrawsWhatTheDetectorKnows(int labels) throws IOException {
    List<LesionType> types = List.of(LesionType.values()).subList(0, labels);
    Path out = folder.resolve("out");

    JsonNode document =
        WorkshopTest.run(
                "analyze", "--models", models(types), "--out", out, phantoms(1).resolve("images"))
            .documents()
            .get(0);

    List<String> found = new ArrayList<>();
    document.path("findings").forEach(finding -> found.add(finding.path("type").asText()));
    assertThat(found).isEqualTo(types.stream().map(LesionType::code).toList());
    assertThat(out.resolve(document.path("sopInstanceUid").asText() + ".png")).isNotEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 13})
  void evaluateMeasuresWhatTheDetectorKnowsOfWhatIsAnnotated(int labels) throws IOException {
    List<LesionType> all = List.of(LesionType.values());
    Path data = phantoms(2);
    List<String> images;
    try (Stream<Path> files = Files.list(data.resolve("images"))) {
      images =
          files.map(file -> file.getFileName().toString().replace(".dicom", "")).sorted().toList();
    }
    List<String> rows = new ArrayList<>();
    rows.add("study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax");
    double scale = longestEdge(data) / 160;
    for (LesionType type : all) {
      rows.add(
          "1,1,%s,x,%s,%s,%s,%s,%s"
              .formatted(
                  images.get(0),
                  type.dataSetName(),
                  10 * scale,
                  10 * scale * type.ordinal(),
                  30 * scale,
                  (10 * type.ordinal() + 8) * scale));
    }
    rows.add("2,2,%s,x,No finding,,,,".formatted(images.get(1)));
    Path annotations = Files.write(folder.resolve("annotations.csv"), rows);

    WorkshopTest.run(
        "evaluate",
        "--models",
        models(all.subList(0, labels)),
        "--images",
        data.resolve("images"),
        "--annotations",
        annotations,
        "--out",
        folder.resolve("out"));

    JsonNode report = new ObjectMapper().readTree(folder.resolve("out/report.json").toFile());
    for (String boxes : List.of("/detection", "/fused/detection")) {
      JsonNode detection = report.at(boxes);
      for (LesionType type : all) {
        assertThat(detection.path("ap50").path(type.code()).path("value").asDouble())
            .as(type.display())
            .isCloseTo(type.ordinal() < labels ? 1 : 0, within(1e-12));
      }
      assertThat(detection.path("ap50")).hasSize(labels);
      assertThat(detection.at("/map50/value").asDouble()).isCloseTo(1, within(1e-12));
    }
  }

  private static double longestEdge(Path data) throws IOException {
    String[] columns = Files.readAllLines(data.resolve("meta.csv")).get(1).split(",");
    return Math.max(Double.parseDouble(columns[1]), Double.parseDouble(columns[2]));
  }
}
