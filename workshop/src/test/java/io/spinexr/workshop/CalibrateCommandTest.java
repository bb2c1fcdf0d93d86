package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.app.Outcome;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.workshop.prediction.ProbabilityFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** The demo set on twelve phantoms. */
class CalibrateCommandTest {
  private static final Path DEMO = Path.of("../inference-tf/models/demo");

  @TempDir static Path shared;

  @TempDir Path folder;

  @BeforeAll
  static void makePhantoms() {
    assertThat(
            run(
                    "phantom",
                    "--difficulty",
                    "hard",
                    "--count",
                    12,
                    "--seed",
                    40,
                    "--out",
                    shared.resolve("phantoms"))
                .status())
        .isZero();
  }

  private Outcome calibrate(Object... more) {
    return calibrate(DEMO, shared.resolve("predictions"), more);
  }

  private Outcome calibrate(Path models, Path predictions, Object... more) {
    List<Object> command =
        new ArrayList<>(
            List.of(
                "calibrate",
                "--models",
                models,
                "--images",
                shared.resolve("phantoms/images"),
                "--annotations",
                shared.resolve("phantoms/annotations.csv"),
                "--predictions",
                predictions,
                "--out",
                folder.resolve("set")));
    command.addAll(List.of(more));
    return run(command.toArray());
  }

  /** What the classifiers say beside the truth, read without the code under test. */
  private static List<ScoredLabel> samples() throws IOException {
    Set<String> normal = new HashSet<>();
    for (String row : Files.readAllLines(shared.resolve("phantoms/annotations.csv"))) {
      if (row.contains("No finding")) {
        normal.add(row.split(",")[2]);
      }
    }
    List<String> rows = Files.readAllLines(shared.resolve("predictions/preds.csv"));
    int raw = rows.get(0).startsWith("image_id,probability,raw_probability") ? 2 : 1;
    return rows.stream()
        .skip(1)
        .map(row -> row.split(","))
        .map(row -> new ScoredLabel(Double.parseDouble(row[raw]), !normal.contains(row[0])))
        .toList();
  }

  private static RocCurve calibrated(ModelSetManifest manifest) throws IOException {
    return RocCurve.of(manifest.calibrationMap().apply(samples()));
  }

  @Test
  void writesANewVersionWithTheThresholdOfTheHighestYoudenIndex() throws IOException {
    String before = Files.readString(DEMO.resolve("model-set.json"));

    Outcome outcome = calibrate();

    assertThat(outcome.status()).as(outcome.err()).isZero();
    ModelSetFolder set = ModelSetFolder.read(folder.resolve("set"));
    ModelSetManifest manifest = set.manifest();
    double expected = calibrated(manifest).youdenPoint().threshold();
    assertThat(manifest.version()).isEqualTo("2.0.1");
    assertThat(manifest.threshold()).isEqualTo(expected);
    assertThat(set.modelSet().models()).isEqualTo(ModelSetFolder.read(DEMO).modelSet().models());
    assertThat(manifest.declaredScope())
        .isEqualTo(ModelSetFolder.read(DEMO).manifest().declaredScope());
    assertThat(manifest.thresholdOrigin())
        .isNotNull()
        .satisfies(
            origin -> {
              assertThat(origin.set()).isEqualTo("demo-2.0.0");
              assertThat(origin.rule()).isEqualTo("the highest Youden index");
              assertThat(origin.images()).isEqualTo(12);
              assertThat(origin.low()).isLessThanOrEqualTo(expected);
              assertThat(origin.high()).isGreaterThanOrEqualTo(expected);
              assertThat(origin.annotations()).matches("[0-9a-f]{64}");
              assertThat(origin.imageFiles()).matches("[0-9a-f]{64}");
              assertThat(origin.calibration())
                  .containsPattern("least log loss on held-out studies|^none, because ");
              assertThat(outcome.out()).contains(origin.calibration());
            });
    assertThat(outcome.out())
        .contains(
            "c* = %.4f (".formatted(expected),
            "instead of %.4f".formatted(ModelSetFolder.read(DEMO).manifest().threshold()),
            "on 12 images");
    assertThat(Files.readString(DEMO.resolve("model-set.json"))).isEqualTo(before);
    // Not over what is there, and the new set can be used.
    assertThat(calibrate().err()).contains("--out must not exist yet or be empty");
    assertThat(
            run(
                    "predict",
                    "--models",
                    folder.resolve("set"),
                    "--images",
                    shared.resolve("phantoms/images"),
                    "--annotations",
                    shared.resolve("phantoms/annotations.csv"),
                    "--out",
                    folder.resolve("again"))
                .status())
        .isZero();
    List<Double> probabilities =
        ProbabilityFile.read(folder.resolve("again/preds.csv")).rows().values().stream()
            .map(ProbabilityFile.Row::probability)
            .toList();
    assertThat(probabilities)
        .containsExactlyElementsOf(
            manifest.calibrationMap().apply(samples()).stream()
                .map(ScoredLabel::probability)
                .toList());
  }

  /** The demo set with fields of its {@code model-set.json} replaced. */
  private Path models(String name, Map<String, ?> fields) throws IOException {
    Path models = folder.resolve(name);
    FileSystemUtils.copyRecursively(DEMO, models);
    ObjectMapper json = new ObjectMapper();
    File file = models.resolve("model-set.json").toFile();
    ObjectNode set = (ObjectNode) json.readTree(file);
    fields.forEach((field, value) -> set.set(field, json.valueToTree(value)));
    json.writeValue(file, set);
    return models;
  }

  @Test
  void aSetThatIsCalibratedIsCalibratedAnewFromItsRawValues() throws IOException {
    assertThat(calibrate().status()).isZero();
    ModelSetManifest once = ModelSetFolder.read(folder.resolve("set")).manifest();
    FileSystemUtils.deleteRecursively(folder.resolve("set"));

    Path warm = models("warm", Map.of("calibration", Map.of("temperature", 4)));
    Outcome outcome = calibrate(warm, folder.resolve("predictions"));

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(folder.resolve("predictions/preds.csv"))
        .content()
        .startsWith("image_id,probability,raw_probability,");
    ModelSetManifest again = ModelSetFolder.read(folder.resolve("set")).manifest();
    assertThat(again.calibration()).isEqualTo(once.calibration());
    assertThat(again.threshold()).isEqualTo(once.threshold());
    assertThat(again.scores()).isEqualTo(once.scores());
  }

  @Test
  void takesTheThresholdThatReachesWhatIsDemanded() throws IOException {
    assertThat(calibrate("--sensitivity", 0.8, "--set-version", "site-a").status()).isZero();
    ModelSetManifest manifest = ModelSetFolder.read(folder.resolve("set")).manifest();
    assertThat(manifest.version()).isEqualTo("site-a");
    assertThat(manifest.threshold())
        .isEqualTo(calibrated(manifest).pointOfSensitivity(0.8).threshold());
    FileSystemUtils.deleteRecursively(folder.resolve("set"));

    assertThat(calibrate("--specificity", 0.5).status()).isZero();
    ModelSetManifest specific = ModelSetFolder.read(folder.resolve("set")).manifest();
    assertThat(specific.threshold())
        .isEqualTo(calibrated(specific).pointOfSpecificity(0.5).threshold());
  }

  @Test
  void aClearanceDoesNotHoldForAnotherThreshold() throws IOException {
    Path cleared = folder.resolve("cleared");
    FileSystemUtils.copyRecursively(DEMO, cleared);
    Path file = cleared.resolve("model-set.json");
    Files.writeString(
        file,
        Files.readString(file).replace("\"research\"", "\"cleared\", \"udi\": \"08717648200274\""));

    Outcome outcome = calibrate(cleared, folder.resolve("predictions"));

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("the clearance of the old set does not hold");
    assertThat(ModelSetFolder.read(folder.resolve("set")).manifest().labelling().research())
        .isTrue();
  }

  @Test
  void saysWhatCannotBeCalibrated() {
    assertThat(run("calibrate", "--models", DEMO, "--dataset", folder, "--out", folder).err())
        .contains("calibrate does not take the split test");
    assertThat(calibrate("--set-version", "2.0.0").err())
        .contains("--set-version must be another one than that of the set, 2.0.0");
    assertThat(calibrate("--sensitivity", 2).err()).contains("required sensitivity");
    assertThat(calibrate("--sensitivity", 0.9, "--specificity", 0.9).err())
        .contains("Give --sensitivity or --specificity, not both.");
    assertThat(folder.resolve("set")).doesNotExist();
  }
}
