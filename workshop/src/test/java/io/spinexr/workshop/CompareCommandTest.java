package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.app.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On made-up predictions, and once with networks. */
class CompareCommandTest {
  @TempDir Path folder;

  private MadeUpData data;

  /** Right on all images. */
  private Path good;

  /** The same, but misses a fifth of the abnormal images below all normal ones. */
  private Path poor;

  @BeforeEach
  void write() throws IOException {
    data = new MadeUpData(folder, 40);
    good = data.predictions("good-1", CompareCommandTest::good);
    poor = data.predictions("poor-1", id -> missed(id) ? 0.1 : good(id));
  }

  static double good(String id) {
    return MadeUpData.abnormal(id) ? 0.6 + 0.01 * MadeUpData.number(id) : 0.3;
  }

  private static boolean missed(String id) {
    return MadeUpData.abnormal(id) && MadeUpData.number(id) < 8;
  }

  private Outcome compare(Path first, Path second, Object... more) throws IOException {
    List<Object> command =
        new ArrayList<>(List.of("compare", first, second, "--annotations", data.annotations()));
    command.addAll(List.of(more));
    return run(command.toArray());
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("out/compare.json").toFile());
  }

  @Test
  void tellsTheDifferencesWorkedByHand() throws IOException {
    Outcome outcome = compare(good, poor, "--margin", 0.05, "--out", folder.resolve("out"));

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("80 images that both have predicted, 40 abnormal.")
        .contains("A: good-1, threshold c* = 0.5000, of the model set.")
        .contains("only A is right on 8 images, only B on 0, p = 0.0078")
        .contains("AUROC: that A is at most 5.00 worse than B is shown; A is better.");
    JsonNode json = json();
    // 32 of 40 abnormal images are above all normal ones, the others below.
    assertThat(json.at("/figures/auroc/a/value").asDouble()).isCloseTo(1, within(1e-12));
    assertThat(json.at("/figures/auroc/b/value").asDouble()).isCloseTo(0.8, within(1e-12));
    assertThat(json.at("/figures/auroc/difference/value").asDouble()).isCloseTo(0.2, within(1e-12));
    assertThat(json.at("/figures/auroc/difference/low").asDouble()).isBetween(0.05, 0.15);
    assertThat(json.at("/figures/sensitivity/b/value").asDouble()).isCloseTo(0.8, within(1e-12));
    assertThat(json.at("/figures/specificity/difference/value").asDouble(1)).isZero();
    assertThat(json.at("/figures/f1/b/value").asDouble()).isCloseTo(64.0 / 72, within(1e-12));
    // The detector finds every lesion; the rule drops those of 0.1 where the classifier misses.
    assertThat(json.at("/figures/map50/b/value").asDouble()).isCloseTo(1, within(1e-12));
    assertThat(json.at("/figures/fused_map50/b/value").asDouble())
        .isCloseTo(81 / 101.0, within(1e-12));
    assertThat(json.at("/deLong/difference").asDouble()).isCloseTo(0.2, within(1e-12));
    assertThat(json.at("/deLong/pValue").asDouble()).isBetween(0.0005, 0.005);
    assertThat(json.at("/nonInferiority/shown").asBoolean()).isTrue();
    assertThat(json.at("/a/predictions/origin/modelSet").asText()).isEqualTo("good-1");
  }

  @Test
  void whatIsWorseIsNotShownToBeNoWorse() throws IOException {
    Outcome outcome = compare(poor, good, "--margin", 0.05, "--figure", "sensitivity");
    assertThat(outcome.out())
        .contains("sensitivity: that A is at most 5.00 worse than B is not shown");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void comparesWhatBothHaveAndTellsTheRest() throws IOException {
    Path lacking =
        data.predictions("lacking-1", id -> id.equals("a0") || id.equals("n3") ? Double.NaN : 0.7);
    Path other =
        data.predictions("other-1", id -> id.equals("a1") || id.equals("n3") ? Double.NaN : 0.7);

    Outcome outcome = compare(lacking, other, "--out", folder.resolve("out"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("77 images that both have predicted, 38 abnormal.")
        .contains("Only A has predicted 1 more: a1.")
        .contains("Only B has predicted 1 more: a0.")
        .contains("Annotated images that neither has: 1.");
    assertThat(json().path("onlyA").toString()).isEqualTo("[\"a1\"]");
    assertThat(json().path("onlyB").toString()).isEqualTo("[\"a0\"]");
    assertThat(json().path("neither").asInt()).isEqualTo(1);
  }

  @Test
  void tellsThatImageFilesDiffer() throws IOException {
    Path file = poor.resolve("predictions.json");
    Files.writeString(file, Files.readString(file).replace("these images", "others"));
    assertThat(compare(good, poor).out())
        .contains("The predictions are not of the same image files: names or sizes differ.");
    assertThat(compare(good, good).out()).doesNotContain("not of the same image files");
  }

  @Test
  void bothHaveTheTruthOfTheFirst() throws IOException {
    // Only A knows that its images are 100 pixels wide, so that the lesions end there.
    for (Path one : List.of(good, poor)) {
      Path file = one.resolve("detections.json");
      Files.writeString(file, Files.readString(file).replace("[10,10,20,20]", "[10,10,90,20]"));
    }
    Files.delete(poor.resolve("images.csv"));
    Path annotations = data.annotations();
    Files.writeString(
        annotations, Files.readString(annotations).replace("10,10,30,30", "10,10,210,30"));

    Outcome outcome =
        run("compare", good, poor, "--annotations", annotations, "--out", folder.resolve("out"));

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(json().at("/figures/map50/b/value").asDouble()).isCloseTo(1, within(1e-12));
  }

  @Test
  void typesThatOneDetectorLacksAreNotCompared() throws IOException {
    Path file = poor.resolve("predictions.json");
    Files.writeString(file, Files.readString(file).replace(",\"OTHER_LESIONS\"", ""));
    assertThat(compare(good, poor).out())
        .contains("Lesion types that only one detector knows are not compared: Other lesions.");
    assertThat(compare(good, poor, "--rare-types", "other").err())
        .contains("with --rare-types other both detectors must know the same types");
  }

  @Test
  void saysWhatCannotBeCompared() throws IOException {
    assertThat(run("compare", good).status()).isEqualTo(2);
    assertThat(compare(good, poor, "--margin", 2).err()).contains("--margin must be in [0,1]");
    assertThat(compare(good, folder).err())
        .contains("has neither model-set.json, as a model set, nor preds.csv, as predictions");
    Path normalOnly =
        data.predictions("normal-1", id -> MadeUpData.abnormal(id) ? Double.NaN : 0.1);
    assertThat(compare(good, normalOnly).err())
        .contains("These cannot be compared", "40 are normal and 0 abnormal");
  }

  @Test
  void runsTheNetworksOfAModelSet() throws IOException {
    Path phantoms = folder.resolve("phantoms");
    assertThat(run("phantom", "--count", 4, "--seed", 300, "--out", phantoms).status()).isZero();
    Object[] images = {
      "--images", phantoms.resolve("images"), "--annotations", phantoms.resolve("annotations.csv")
    };
    String demo = "../inference-tf/models/demo";
    List<Object> twice = new ArrayList<>(List.of("compare", demo, demo, "--out", folder));
    twice.addAll(List.of(images));

    Outcome outcome = run(twice.toArray());

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("4 images that both have predicted", "A: demo-2.0.0", "0.00 (0.0, 0.0)");
    assertThat(folder.resolve("a/preds.csv"))
        .hasSameTextualContentAs(folder.resolve("b/preds.csv"));
  }
}
