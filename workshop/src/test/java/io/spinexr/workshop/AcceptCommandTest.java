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
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On made-up predictions. */
class AcceptCommandTest {
  private static final String BY_SEX =
      """
      subgroups:
        attributes: [sex]
        gap: {sensitivity: 0.1}
        smallest: {normal: 10, abnormal: 10}
      """;

  @TempDir Path folder;

  private MadeUpData data;

  /** Right on all images. */
  private Path good;

  /** The same, but misses every fifth abnormal image below all normal ones. */
  private Path poor;

  @BeforeEach
  void write() throws IOException {
    data = new MadeUpData(folder, 40);
    good = data.predictions("good-2", CompareCommandTest::good);
    poor = missing("poor-1", number -> number % 5 == 0);
  }

  private Path missing(String set, Predicate<Integer> missed) throws IOException {
    return data.predictions(
        set,
        id ->
            MadeUpData.abnormal(id) && missed.test(MadeUpData.number(id))
                ? 0.1
                : CompareCommandTest.good(id));
  }

  private Outcome accept(Path set, String rules, Object... more) throws IOException {
    List<Object> command =
        new ArrayList<>(
            List.of(
                "accept",
                "--set",
                set,
                "--annotations",
                data.annotations(),
                "--rules",
                Files.writeString(folder.resolve("accept.yaml"), rules),
                "--out",
                folder.resolve("out")));
    command.addAll(List.of(more));
    return run(command.toArray());
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("out/acceptance.json").toFile());
  }

  private List<String> verdicts() throws IOException {
    return StreamSupport.stream(json().path("judgements").spliterator(), false)
        .map(judged -> judged.path("rule").asText() + " " + judged.path("verdict").asText())
        .toList();
  }

  @Test
  void acceptsWhatMeetsEveryRule() throws IOException {
    Outcome outcome =
        accept(
            good,
            """
            counts: {images: 80, normal: 40, abnormal: 40, studies: 80}
            left-out: 0
            minimum:
              auroc: {value: 1, low: 0.9}
              map50: {value: 0.5}
            non-inferior: {auroc: 0.02, fused_map50: 0.02}
            """
                + BY_SEX,
            "--against",
            poor);

    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("## Acceptance of good-2")
        .contains("**ACCEPTED**: of 12 rules 12 passed, 0 failed, 0 could not be judged.")
        .contains("Old set: poor-1", "c* = 0.5000", "SHA-256 " + "0".repeat(64))
        .contains("signature");
    assertThat(folder.resolve("out/acceptance.md")).hasContent(outcome.out().strip());
    assertThat(json().path("accepted").asBoolean()).isTrue();
    assertThat(json().path("rules").asText()).matches("[0-9a-f]{64}");
    assertThat(json().at("/data/annotations").asText()).matches("[0-9a-f]{64}");
    assertThat(json().at("/data/imageFiles").asText()).isEqualTo("these images");
    assertThat(json().at("/set/predictions/origin/modelSet").asText()).isEqualTo("good-2");
    assertThat(json().at("/against/predictions/origin/modelSet").asText()).isEqualTo("poor-1");
    assertThat(verdicts()).hasSize(12).allMatch(verdict -> verdict.endsWith(" passed"));
  }

  @Test
  void refusesWhatFailsARuleAndSaysWhich() throws IOException {
    Outcome outcome =
        accept(
            poor,
            """
            counts: {images: 81, studies: 80}
            minimum:
              auroc: {value: 0.80, low: 0.80}
              sensitivity: {value: 0.81}
              specificity: {low: 0.99}
            non-inferior: {auroc: 0.05, specificity: 0.05}
            """,
            "--against",
            good);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("**NOT ACCEPTED**: of 8 rules 4 passed, 4 failed");
    assertThat(verdicts())
        .containsExactly(
            "counts.images failed",
            "counts.studies passed",
            "minimum.auroc.value passed",
            "minimum.auroc.low failed",
            "minimum.sensitivity.value failed",
            "minimum.specificity.low passed",
            "non-inferior.auroc failed",
            "non-inferior.specificity passed");
  }

  @Test
  void noSubgroupMayBeMuchWorse() throws IOException {
    // Women are the even numbers: of their 20 abnormal images 10 are missed, of men's none.
    Outcome outcome = accept(missing("unfair-1", number -> number % 4 == 0), BY_SEX);

    assertThat(outcome.status()).isEqualTo(1);
    JsonNode judgements = json().path("judgements");
    assertThat(judgements).hasSize(2);
    assertThat(judgements.get(0).path("of").asText())
        .isEqualTo("sensitivity, others less sex female (20 normal, 20 abnormal)");
    assertThat(judgements.get(0).path("value").asDouble()).isCloseTo(0.5, within(1e-12));
    assertThat(judgements.get(0).path("low").asDouble()).isBetween(0.2, 0.4);
    assertThat(judgements.get(0).path("verdict").asText()).isEqualTo("failed");
    assertThat(judgements.get(1).path("value").asDouble()).isCloseTo(-0.5, within(1e-12));
    assertThat(judgements.get(1).path("verdict").asText()).isEqualTo("passed");
  }

  @Test
  void smallGroupsAreToldAndNotJudged() throws IOException {
    Path images = good.resolve("images.csv");
    Files.writeString(
        images, Files.readString(images).replace("a1,s-a1,100,100,male", "a1,s-a1,100,100,"));

    Outcome outcome = accept(good, BY_SEX);

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("3 rules 2 passed, 0 failed, 1 could not be judged");
    assertThat(outcome.out()).contains("others less sex not stated (0 normal, 1 abnormal)");
    assertThat(verdicts()).contains("subgroups.gap.sensitivity not_judged");
  }

  @Test
  void aRuleOfGroupsThatCannotBeJudgedFails() throws IOException {
    assertThat(accept(good, BY_SEX.replace("{normal: 10", "{normal: 21")).status()).isEqualTo(1);
    assertThat(json().at("/judgements/2/of").asText())
        .isEqualTo("sensitivity by sex: no group could be judged");
    assertThat(accept(good, BY_SEX.replace("abnormal: 10", "abnormal: 21")).status()).isEqualTo(1);
    assertThat(accept(good, BY_SEX.replace("[sex]", "[manufacturer]")).status()).isEqualTo(1);
  }

  @Test
  void countsImagesWithoutPrediction() throws IOException {
    Path lacking =
        data.predictions(
            "lacking-1", id -> id.equals("n0") ? Double.NaN : CompareCommandTest.good(id));
    assertThat(accept(lacking, "left-out: 0").status()).isEqualTo(1);
    assertThat(accept(lacking, "left-out: 1").status()).isZero();
    // What is compared counts.
    assertThat(accept(good, "counts: {images: 80}", "--against", lacking).status()).isEqualTo(1);
  }

  @Test
  void tellsEverythingThatIsWrongWithTheRulesBeforeItStarts() throws IOException {
    Outcome outcome =
        accept(
            folder.resolve("there is no such set"),
            """
            counts: {images: 0, planes: 5}
            minimum:
              auc: {low: 0.8}
              auroc: {low: 80}
              f1: 0.8
            non-inferior: {auroc: .nan}
            subgroup: {}
            subgroups:
              attributes: [sex, colour]
              smallest: {normal: 10}
            """);

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("accept.yaml is not usable")
        .contains("- subgroup: there is no such key; there are counts, left-out, minimum")
        .contains("- counts.images: must be a whole number of at least 1, but is 0")
        .contains("- counts.planes: there is no such key")
        .contains("- minimum.auc: there is no such key; there are auroc, f1")
        .contains("- minimum.auroc.low: must be a number in [0,1], but is 80")
        .contains("- minimum.f1: must have at least one of value, low")
        .contains("- non-inferior.auroc: must be a number in [0,1]")
        .contains("- subgroups.attributes: there is no attribute \"colour\"; attributes are sex,")
        .contains("- subgroups.gap: is missing")
        .contains("- subgroups.smallest.abnormal: is missing");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void refusesFilesThatAreNoRules() throws IOException {
    for (String nothing : List.of("", "{}", "[1]", "auroc", "counts:")) {
      Outcome outcome = accept(good, nothing);
      assertThat(outcome.status()).isEqualTo(2);
      assertThat(outcome.err()).contains("must have at least one of");
    }
    assertThat(accept(good, "left-out: 1\nleft-out: 2").err()).contains("duplicate key left-out");
    assertThat(accept(good, "a: [").err()).contains("cannot be read as YAML");
  }

  @Test
  void doesNotJudgeWhatItCannotKnow() throws IOException {
    assertThat(run("accept").status()).isEqualTo(2);
    Outcome alone = accept(good, "non-inferior: {auroc: 0.1}");
    assertThat(alone.status()).isEqualTo(2);
    assertThat(alone.err()).contains("The rules of non-inferior need --against.");

    Path file = poor.resolve("predictions.json");
    Files.writeString(file, Files.readString(file).replace("these images", "others"));
    Outcome others = accept(good, "left-out: 0", "--against", poor);
    assertThat(others.status()).isEqualTo(2);
    assertThat(others.err()).contains("are not of the same image files");

    Files.delete(file);
    Outcome unknown = accept(poor, "left-out: 0");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("has no predictions.json");
  }
}
