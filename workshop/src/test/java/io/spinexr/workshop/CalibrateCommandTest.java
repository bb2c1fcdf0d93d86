package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

  /** Read without the code under test. */
  private static List<ScoredLabel> samples() throws IOException {
    Set<String> normal = new HashSet<>();
    for (String row : Files.readAllLines(shared.resolve("phantoms/annotations.csv"))) {
      if (row.contains("No finding")) {
        normal.add(row.split(",")[2]);
      }
    }
    return Files.readAllLines(shared.resolve("predictions/preds.csv")).stream()
        .skip(1)
        .map(row -> row.split(","))
        .map(row -> new ScoredLabel(Double.parseDouble(row[1]), !normal.contains(row[0])))
        .toList();
  }

  @Test
  void writesANewVersionWithTheThresholdOfTheHighestYoudenIndex() throws IOException {
    String before = Files.readString(DEMO.resolve("model-set.json"));

    Outcome outcome = calibrate();

    assertThat(outcome.status()).as(outcome.err()).isZero();
    double expected = RocCurve.of(samples()).youdenPoint().threshold();
    ModelSetFolder set = ModelSetFolder.read(folder.resolve("set"));
    ModelSetManifest manifest = set.manifest();
    assertThat(manifest.version()).isEqualTo("1.0.1");
    assertThat(manifest.threshold()).isEqualTo(expected);
    assertThat(set.modelSet().models()).isEqualTo(ModelSetFolder.read(DEMO).modelSet().models());
    assertThat(manifest.declaredScope())
        .isEqualTo(ModelSetFolder.read(DEMO).manifest().declaredScope());
    assertThat(manifest.thresholdOrigin())
        .isNotNull()
        .satisfies(
            origin -> {
              assertThat(origin.set()).isEqualTo("demo-1.0.0");
              assertThat(origin.rule()).isEqualTo("the highest Youden index");
              assertThat(origin.images()).isEqualTo(12);
              assertThat(origin.low()).isLessThanOrEqualTo(expected);
              assertThat(origin.high()).isGreaterThanOrEqualTo(expected);
              assertThat(origin.annotations()).matches("[0-9a-f]{64}");
              assertThat(origin.imageFiles()).matches("[0-9a-f]{64}");
            });
    assertThat(outcome.out())
        .contains("c* = %.4f (".formatted(expected), "instead of 0.1403", "on 12 images");
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
    assertThat(folder.resolve("again/preds.csv"))
        .hasSameTextualContentAs(shared.resolve("predictions/preds.csv"));
  }

  @Test
  void takesTheThresholdThatReachesWhatIsDemanded() throws IOException {
    assertThat(calibrate("--sensitivity", 0.8, "--set-version", "site-a").status()).isZero();
    ModelSetManifest manifest = ModelSetFolder.read(folder.resolve("set")).manifest();
    assertThat(manifest.version()).isEqualTo("site-a");
    assertThat(manifest.threshold())
        .isEqualTo(RocCurve.of(samples()).pointOfSensitivity(0.8).threshold());
    FileSystemUtils.deleteRecursively(folder.resolve("set"));

    assertThat(calibrate("--specificity", 0.5).status()).isZero();
    assertThat(ModelSetFolder.read(folder.resolve("set")).manifest().threshold())
        .isEqualTo(RocCurve.of(samples()).pointOfSpecificity(0.5).threshold());
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
    assertThat(calibrate("--set-version", "1.0.0").err())
        .contains("--set-version must be another one than that of the set, 1.0.0");
    assertThat(calibrate("--sensitivity", 2).err()).contains("required sensitivity");
    assertThat(calibrate("--sensitivity", 0.9, "--specificity", 0.9).err())
        .contains("Give --sensitivity or --specificity, not both.");
    assertThat(folder.resolve("set")).doesNotExist();
  }
}
