package io.spinexr.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.DetectionCounts;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.CertaintyScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChosenScoresTest {
  private static final BoundingBox LESION = new BoundingBox(0, 0, 10, 10);
  private static final BoundingBox ELSEWHERE = new BoundingBox(50, 50, 60, 60);

  private final List<EvaluatedImage> images = new ArrayList<>();

  /** An image with a lesion that is found with a score. */
  private void found(LesionType type, double score) {
    images.add(
        new EvaluatedImage(
            List.of(new Annotation(type, LESION)), List.of(new Finding(type, LESION, score))));
  }

  private void missed(LesionType type) {
    images.add(new EvaluatedImage(List.of(new Annotation(type, LESION)), List.of()));
  }

  /** An image without a lesion on which one is said to be. */
  private void falseAlarm(LesionType type, double score) {
    images.add(new EvaluatedImage(List.of(), List.of(new Finding(type, ELSEWHERE, score))));
  }

  @Test
  void countsWhatReachesAScore() {
    DetectionCounts at = new DetectionCounts(0.5, 6, 2, 10);
    assertThat(at.precision()).isEqualTo(0.75);
    assertThat(at.recall()).isEqualTo(0.6);
    // 2 PR / (P + R) and 5 PR / (4 P + R)
    assertThat(at.f(1)).isCloseTo(0.9 / 1.35, within(1e-12));
    assertThat(at.f(2)).isCloseTo(2.25 / 3.6, within(1e-12));
    assertThat(new DetectionCounts(0.5, 0, 0, 10).precision()).isNaN();
    assertThat(new DetectionCounts(0.5, 0, 3, 0).recall()).isNaN();
  }

  /**
   * From 0.9 on 8 of 11 lesions are found without a false alarm: F1 16/19, F2 40/52. From 0.4 on 10
   * with 5: F1 20/26, F2 50/59. From 0.1 on 10 with 20: less.
   */
  private void osteophytes() {
    for (int i = 0; i < 8; i++) {
      found(LesionType.OSTEOPHYTES, 0.9);
    }
    for (int i = 0; i < 5; i++) {
      falseAlarm(LesionType.OSTEOPHYTES, 0.6);
    }
    found(LesionType.OSTEOPHYTES, 0.4);
    found(LesionType.OSTEOPHYTES, 0.4);
    missed(LesionType.OSTEOPHYTES);
    for (int i = 0; i < 15; i++) {
      falseAlarm(LesionType.OSTEOPHYTES, 0.1);
    }
  }

  @Test
  void reportsByF1AndDisplaysByF2() {
    osteophytes();

    ChosenScores chosen =
        ChosenScores.of(List.of(LesionType.OSTEOPHYTES), images).get(LesionType.OSTEOPHYTES);

    assertThat(chosen.scores()).isEqualTo(new CertaintyScores(0.4, 0.9));
    assertThat(chosen.pooled()).isFalse();
    assertThat(chosen.displayed()).isEqualTo(new DetectionCounts(0.4, 10, 5, 11));
    assertThat(chosen.reported()).isEqualTo(new DetectionCounts(0.9, 8, 0, 11));
  }

  @Test
  void aTypeWithFewLesionsTakesWhatIsBestForAllTogether() {
    osteophytes();
    for (int i = 0; i < 9; i++) {
      found(LesionType.FRACTURE, 0.95);
    }

    Map<LesionType, ChosenScores> chosen =
        ChosenScores.of(
            List.of(LesionType.OSTEOPHYTES, LesionType.FRACTURE, LesionType.ANKYLOSIS), images);

    assertThat(chosen.get(LesionType.OSTEOPHYTES).pooled()).isFalse();
    ChosenScores few = chosen.get(LesionType.FRACTURE);
    assertThat(few.pooled()).isTrue();
    assertThat(few.scores()).isEqualTo(new CertaintyScores(0.4, 0.9));
    assertThat(few.reported()).isEqualTo(new DetectionCounts(0.9, 9, 0, 9));
    assertThat(chosen.get(LesionType.ANKYLOSIS).reported())
        .isEqualTo(new DetectionCounts(0.9, 0, 0, 0));

    found(LesionType.FRACTURE, 0.95);
    assertThat(
            ChosenScores.of(List.of(LesionType.OSTEOPHYTES, LesionType.FRACTURE), images)
                .get(LesionType.FRACTURE)
                .scores())
        .isEqualTo(new CertaintyScores(0.95, 0.95));
  }

  @Test
  void ofEquallyGoodScoresTheHighestCounts() {
    // From 0.8 on 6 right and 0 wrong, from 0.3 on 9 and 6: F1 12/18 and 18/27, which is the same.
    for (int i = 0; i < 6; i++) {
      found(LesionType.FRACTURE, 0.8);
    }
    for (int i = 0; i < 3; i++) {
      found(LesionType.FRACTURE, 0.3);
      missed(LesionType.FRACTURE);
    }
    for (int i = 0; i < 6; i++) {
      falseAlarm(LesionType.FRACTURE, 0.3);
    }

    assertThat(
            ChosenScores.of(List.of(LesionType.FRACTURE), images)
                .get(LesionType.FRACTURE)
                .scores()
                .report())
        .isEqualTo(0.8);
  }

  @Test
  void choosesNothingWhereNoDetectionIsRight() {
    for (int i = 0; i < 12; i++) {
      missed(LesionType.FRACTURE);
      falseAlarm(LesionType.FRACTURE, 0.9);
    }
    assertThat(ChosenScores.of(List.of(LesionType.FRACTURE), images)).isEmpty();
    assertThat(ChosenScores.of(List.of(LesionType.FRACTURE), List.of())).isEmpty();
  }
}
