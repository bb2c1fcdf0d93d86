package io.spinexr.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageId;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.radiograph.Analyser;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PhantomEvaluation;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.evaluation.RareTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** What is measured is what is served: each takes the decision rule from the model set. */
class SameDecisionRuleTest {
  private static final Path DEMO = Path.of("..", "inference-tf", "models", "demo");

  private static final int SEED = 7;

  @TempDir Path folder;

  @Test
  void commandsAndServerKeepTheSameFindings() throws IOException {
    Path image = phantom();
    double best = byAnalyze(image, models("\"keepScore\": 0")).get(0);

    for (String boundary : List.of("inclusive", "exclusive")) {
      Path models = models("\"keepScore\": %s, \"boundary\": \"%s\"".formatted(best, boundary));
      List<Double> kept = boundary.equals("inclusive") ? List.of(best) : List.of();

      assertThat(byAnalyze(image, models)).as("analyze, " + boundary).isEqualTo(kept);
      try (ModelRepository repository = ModelRepository.open(models, DeviceOptions.cpu())) {
        GrayscaleImage pixels =
            new RadiographDecoder(repository.preprocessing())
                .decode(DicomReader.read(image))
                .image();
        assertThat(byServer(pixels, repository)).as("server, " + boundary).isEqualTo(kept);
        assertThat(byEvaluation(repository)).as("evaluate, " + boundary).isEqualTo(kept);
      }
    }
  }

  @Test
  void evaluateMeasuresWithTheRuleOfTheSet() throws IOException {
    Path models = models("\"keepScore\": 1, \"boundary\": \"exclusive\"");

    String table = WorkshopTest.run("evaluate", "--models", models, "--phantoms", 6).out();

    assertThat(table)
        .containsPattern("(?m)^\\| detector only .*\\| [1-9][0-9.]+ \\(.*\\) +\\|$")
        .containsPattern(
            "(?m)^\\| with the rule, score > 1.0 \\(the set's\\) .*\\| 0\\.00 \\(0\\.0, 0\\.0\\)"
                + " +\\|$");
  }

  private Path phantom() throws IOException {
    Path data = folder.resolve("phantom");
    WorkshopTest.run("phantom", "--count", 1, "--seed", SEED, "--out", data);
    try (Stream<Path> images = Files.list(data.resolve("images"))) {
      return images.findFirst().orElseThrow();
    }
  }

  /** A copy of the demo models that calls every image normal, so that the score alone decides. */
  private Path models(String rule) throws IOException {
    Path copy = Files.createTempDirectory(folder, "models");
    FileSystemUtils.copyRecursively(DEMO, copy);
    Path set = copy.resolve("model-set.json");
    Files.writeString(
        set,
        Files.readString(set)
            .replaceAll("\"(keepScore|boundary)\" : [^,]+,", "")
            .replaceAll("\"threshold\" : [0-9.]+", "\"threshold\": 1, " + rule));
    return copy;
  }

  private List<Double> byAnalyze(Path image, Path models) throws IOException {
    JsonNode document =
        WorkshopTest.run("analyze", "--models", models, "--out", folder.resolve("out"), image)
            .documents()
            .get(0);
    List<Double> scores = new ArrayList<>();
    document.path("findings").forEach(finding -> scores.add(finding.path("score").asDouble()));
    assertThat(document.path("verdict").asText())
        .isEqualTo(scores.isEmpty() ? "nothing-found" : "abnormal-by-detector");
    return scores;
  }

  private static List<Double> byServer(GrayscaleImage pixels, ModelRepository repository) {
    return scores(
        new Analyser(repository)
            .analyse(new ImageId("1", "2", "3"), pixels, List.of())
            .findings()
            .findings());
  }

  private static List<Double> byEvaluation(ModelRepository repository) {
    EvaluationSet set =
        PhantomEvaluation.of(
            repository, Difficulty.EASY, SEED, 1, RareTypes.OTHER, Progress.SILENT);
    PredictedImage image = set.images().get(0);
    return scores(image.kept(set.rule()));
  }

  private static List<Double> scores(List<Finding> findings) {
    return findings.stream().map(Finding::score).toList();
  }
}
