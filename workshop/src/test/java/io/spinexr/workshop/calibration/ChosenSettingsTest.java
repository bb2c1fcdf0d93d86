package io.spinexr.workshop.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.evaluation.calibration.Temperature;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.CertaintyScores;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.inference.folder.ThresholdOrigin;
import io.spinexr.workshop.dataset.AnnotatedLesion;
import io.spinexr.workshop.evaluation.AnnotatedCounts;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.evaluation.RareTypes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChosenSettingsTest {
  private static final BoundingBox LESION = new BoundingBox(0, 0, 10, 10);
  private static final BoundingBox ELSEWHERE = new BoundingBox(50, 50, 60, 60);

  @TempDir private Path folder;

  private final List<PredictedImage> images = new ArrayList<>();

  private void image(boolean abnormal, double probability, Finding... detected) {
    String id = "image-" + images.size();
    images.add(
        new PredictedImage(
            id,
            id,
            abnormal,
            abnormal
                ? List.of(new AnnotatedLesion(LesionType.OSTEOPHYTES, LESION, "r"))
                : List.of(),
            probability,
            Map.of(),
            List.of(detected),
            Map.of(),
            probability));
  }

  private static Finding osteophyte(BoundingBox box, double score) {
    return new Finding(LesionType.OSTEOPHYTES, box, score);
  }

  private ChosenSettings chosen() {
    return ChosenSettings.of(
        new EvaluationSet(
            images,
            List.of(),
            List.of(LesionType.OSTEOPHYTES, LesionType.FRACTURE),
            DecisionRule.reference(0.5),
            "of the model set",
            RareTypes.IGNORE,
            new AnnotatedCounts(images.size(), 0, images.size(), Map.of()),
            List.of(),
            Optional.empty()),
        new OperatingPoint.Youden());
  }

  /** Too sure of itself: of what it calls 0.99, a quarter is normal, and the other way round. */
  private void overconfident() {
    for (int i = 0; i < 20; i++) {
      boolean likely = i % 4 != 0;
      image(likely, 0.99, osteophyte(LESION, likely ? 0.4 : 0.2));
      image(!likely, 0.01, osteophyte(ELSEWHERE, 0.45));
    }
  }

  @Test
  void choosesTheCalibrationThenTheThresholdOnItsScaleThenScoresAfterTheRule() {
    overconfident();

    ChosenSettings chosen = chosen();

    // logit(0.99) / T = logit(0.75)
    assertThat(chosen.calibration().map()).isInstanceOf(Temperature.class);
    assertThat(((Temperature) chosen.calibration().map()).temperature()).isBetween(4.18, 4.19);
    assertThat(chosen.calibration().words()).startsWith("temperature 4.18");
    assertThat(chosen.threshold().threshold().value())
        .isEqualTo(chosen.calibration().map().apply(0.99))
        .isBetween(0.749, 0.751);
    assertThat(chosen.after().images().get(0).rawProbability()).isEqualTo(0.99);
    // The false alarms of 0.45 are on images that the rule keeps nothing of.
    assertThat(chosen.scores().get(LesionType.OSTEOPHYTES).scores())
        .isEqualTo(new CertaintyScores(0.4, 0.4));
    assertThat(chosen.scores().get(LesionType.FRACTURE).pooled()).isTrue();
    assertThat(CalibrationReport.markdown(chosen))
        .contains("temperature 4.18", "c* = 0.75", "instead of 0.5000")
        // Of 20 lesions 15 are found, and nothing else reaches 0.4.
        .containsPattern(
            "Osteophytes +\\| 20 +\\| its own +\\| 0.400 +\\| 100.0 +\\| 75.0 +\\| 0.400")
        .containsPattern("Fracture +\\| 0 +\\| all types +\\| 0.400 +\\| - +\\| - ");
  }

  @Test
  void theNewVersionHasWhatWasChosen() {
    overconfident();
    ChosenSettings chosen = chosen();
    ModelSetFolder demo = ModelSetFolder.read(Path.of("../inference-tf/models/demo"));
    EvaluationSet measured = chosen.before();
    ChosenSettings known =
        new ChosenSettings(
            measured,
            chosen.after(),
            chosen.calibration(),
            chosen.threshold(),
            Map.of(LesionType.OSTEOPHYTES, chosen.scores().get(LesionType.OSTEOPHYTES)));
    ThresholdOrigin origin =
        new ThresholdOrigin("demo-1", "Youden", 0, 1, 40, 20, "", "", "", "temperature", "F1");

    NewVersion.write(demo, "2", known, origin, folder);

    ModelSetManifest manifest = ModelSetFolder.read(folder).manifest();
    assertThat(manifest.calibrationMap()).isEqualTo(chosen.calibration().map());
    assertThat(manifest.threshold()).isEqualTo(chosen.threshold().threshold().value());
    assertThat(manifest.lesionScores().stated())
        .isEqualTo(Map.of(LesionType.OSTEOPHYTES, new CertaintyScores(0.4, 0.4)));
    assertThat(manifest.thresholdOrigin()).isEqualTo(origin);
  }

  @Test
  void leavesAloneWhatTheImagesSayNothingOf() {
    for (int i = 0; i < 10; i++) {
      image(true, 0.9);
      image(false, 0.2);
    }
    ChosenSettings chosen = chosen();
    assertThat(chosen.scores()).isEmpty();
    assertThat(chosen.calibration().words()).startsWith("none, because on images that are told");
    assertThat(chosen.after().images().get(0).probability()).isEqualTo(0.9);
    assertThat(CalibrationReport.markdown(chosen)).contains("the scores of lesion types stay");
  }

  @Test
  void triesNoCalibrationOnTooFewStudies() {
    List<ScoredLabel> samples =
        IntStream.range(0, 8).mapToObj(i -> new ScoredLabel(0.99, i % 4 != 0)).toList();
    List<String> four = List.of("a", "a", "b", "b", "c", "c", "d", "d");
    ChosenCalibration chosen = ChosenCalibration.of(samples, four);
    assertThat(chosen.map()).isEqualTo(new CalibrationMap.Unchanged());
    assertThat(chosen.words()).isEqualTo("none, because 4 studies are too few to try one on");
  }
}
