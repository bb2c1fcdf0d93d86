package io.spinexr.evaluation;

import static io.spinexr.finding.LesionType.ANKYLOSIS;
import static io.spinexr.finding.LesionType.FRACTURE;
import static io.spinexr.finding.LesionType.OSTEOPHYTES;
import static io.spinexr.finding.LesionType.VERTEBRAL_COLLAPSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
  private static BoundingBox at(double x) {
    return new BoundingBox(x, 0, x + 10, 10);
  }

  private static Annotation annotated(LesionType type, double x) {
    return new Annotation(type, at(x));
  }

  private static Map<LesionType, Double> perType(double minimumIou, EvaluatedImage... images) {
    return rounded(
        AveragePrecision.perType(LesionType.REFERENCE_LABELS, minimumIou, List.of(images)));
  }

  /** COCO divides by a hair more than the number of detections. */
  private static Map<LesionType, Double> rounded(Map<LesionType, Double> perType) {
    perType.replaceAll((type, value) -> Math.rint(value * 1e12) / 1e12);
    return perType;
  }

  private static Finding found(LesionType type, double x, double score) {
    return new Finding(type, at(x), score);
  }

  @Test
  void readsMonotonePrecisionAtTheHundredAndOneRecalls() {
    // By score: hit, miss, hit; the third annotation is never found. Precision is 1 up to recall
    // 1/3
    // (34 points: 0..0.33),
    // 2/3 up to recall 2/3 (33 points: 0.34..0.66), 0 beyond.
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(
                annotated(OSTEOPHYTES, 0),
                annotated(OSTEOPHYTES, 100),
                annotated(OSTEOPHYTES, 200)),
            List.of(
                found(OSTEOPHYTES, 0, 0.9),
                found(OSTEOPHYTES, 50, 0.8),
                found(OSTEOPHYTES, 100, 0.7)));
    assertThat(perType(0.5, image).get(OSTEOPHYTES))
        .isCloseTo((34 + 33 * 2.0 / 3) / 101, within(1e-12));
  }

  @Test
  void countsASecondDetectionOfTheSameAnnotationAsWrong() {
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(annotated(OSTEOPHYTES, 0), annotated(OSTEOPHYTES, 100)),
            List.of(
                found(OSTEOPHYTES, 0, 0.9),
                found(OSTEOPHYTES, 1, 0.8),
                found(OSTEOPHYTES, 100, 0.7)));
    // Precision 1 up to recall 1/2 (51 points), then 2/3 (50 points).
    assertThat(perType(0.5, image).get(OSTEOPHYTES))
        .isCloseTo((51 + 50 * 2.0 / 3) / 101, within(1e-12));
  }

  @Test
  void ranksDetectionsOfAllImagesTogether() {
    EvaluatedImage wrong = new EvaluatedImage(List.of(), List.of(found(OSTEOPHYTES, 0, 0.95)));
    EvaluatedImage right =
        new EvaluatedImage(List.of(annotated(OSTEOPHYTES, 0)), List.of(found(OSTEOPHYTES, 0, 0.9)));
    assertThat(perType(0.5, right, wrong).get(OSTEOPHYTES)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void matchesNoAnnotationOfAnotherType() {
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(annotated(OSTEOPHYTES, 0), annotated(VERTEBRAL_COLLAPSE, 100)),
            List.of(found(OSTEOPHYTES, 100, 0.95), found(OSTEOPHYTES, 0, 0.9)));
    // The surer osteophytes lie on the collapse: precision is 1/2 when the other ones are found.
    assertThat(perType(0.5, image))
        .containsExactly(entry(OSTEOPHYTES, 0.5), entry(VERTEBRAL_COLLAPSE, 0.0));
  }

  @Test
  void countsNoDetectionOfAnotherTypeAsWrong() {
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(annotated(OSTEOPHYTES, 0)),
            List.of(found(VERTEBRAL_COLLAPSE, 50, 0.95), found(OSTEOPHYTES, 0, 0.9)));
    assertThat(perType(0.5, image)).containsExactly(entry(OSTEOPHYTES, 1.0));
  }

  @Test
  void acceptsAnOverlapOfExactlyTheMinimum() {
    // 10 x 10 against 10 x 5 inside it: IoU 0.5.
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(annotated(OSTEOPHYTES, 0)),
            List.of(new Finding(OSTEOPHYTES, new BoundingBox(0, 0, 10, 5), 0.9)));
    assertThat(perType(0.5, image).get(OSTEOPHYTES)).isEqualTo(1);
    assertThat(perType(0.51, image).get(OSTEOPHYTES)).isEqualTo(0);
  }

  @Test
  void leavesOutTypesThatAreNeverAnnotatedOrThatTheDetectorDoesNotKnow() {
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(annotated(OSTEOPHYTES, 0), annotated(FRACTURE, 50)),
            List.of(found(OSTEOPHYTES, 0, 0.9), found(VERTEBRAL_COLLAPSE, 50, 0.9)));
    assertThat(perType(0.5, image)).containsExactly(entry(OSTEOPHYTES, 1.0));
  }

  @Test
  void measuresWhateverTypesADetectorKnowsInItsOrder() {
    List<LesionType> all = List.of(LesionType.values());
    List<Annotation> annotations = all.stream().map(type -> annotated(type, 0)).toList();
    List<Finding> findings =
        all.stream().map(type -> found(type, type == FRACTURE ? 50 : 0, 0.9)).toList();
    List<EvaluatedImage> images = List.of(new EvaluatedImage(annotations, findings));

    Map<LesionType, Double> thirteen = rounded(AveragePrecision.perType(all, 0.5, images));
    assertThat(thirteen.keySet()).containsExactlyElementsOf(all).hasSize(13);
    thirteen.forEach(
        (type, precision) -> assertThat(precision).isEqualTo(type == FRACTURE ? 0.0 : 1.0));

    assertThat(rounded(AveragePrecision.perType(List.of(FRACTURE, ANKYLOSIS), 0.5, images)))
        .containsExactly(entry(FRACTURE, 0.0), entry(ANKYLOSIS, 1.0));
  }

  @Test
  void readsRecallAsNumpyRoundsIt() {
    // 100 lesions of which 57 are found before the first false alarm: linspace has 57 * 0.01, which
    // is a hair above 57 / 100, so that 0.57 is only reached by the 58th.
    List<Annotation> annotations = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      annotations.add(annotated(OSTEOPHYTES, 20 * i));
    }
    for (int i = 0; i < 57; i++) {
      findings.add(found(OSTEOPHYTES, 20 * i, 0.9));
    }
    assertThat(perType(0.5, new EvaluatedImage(annotations, findings)).get(OSTEOPHYTES))
        .isCloseTo(57 / 101.0, within(1e-12));
  }

  @Test
  void dividesByAHairMoreThanTheNumberOfDetections() {
    EvaluatedImage image =
        new EvaluatedImage(List.of(annotated(OSTEOPHYTES, 0)), List.of(found(OSTEOPHYTES, 0, 0.9)));
    assertThat(AveragePrecision.perType(List.of(OSTEOPHYTES), 0.5, List.of(image)).get(OSTEOPHYTES))
        .isLessThan(1)
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void countsDetectionsInACrowdNeitherAsRightNorAsWrong() {
    Annotation crowd = new Annotation(OSTEOPHYTES, new BoundingBox(100, 0, 200, 10), true);
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(crowd, annotated(OSTEOPHYTES, 0), annotated(OSTEOPHYTES, 120)),
            List.of(
                // Half of it in the crowd, which is enough; then a little less.
                found(OSTEOPHYTES, 195, 0.99),
                found(OSTEOPHYTES, 94.9, 0.98),
                // On a lesion in the crowd, which counts first; again, which is in the crowd.
                found(OSTEOPHYTES, 120, 0.97),
                found(OSTEOPHYTES, 121, 0.96),
                new Finding(OSTEOPHYTES, new BoundingBox(150, 8, 160, 18), 0.95),
                found(OSTEOPHYTES, 0, 0.94)));
    // What counts by rank: 94.9 wrong, 120 right, the one that lies below wrong, 0 right.
    assertThat(perType(0.5, image).get(OSTEOPHYTES)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void givesNoFigureForATypeOfWhichThereAreOnlyCrowds() {
    EvaluatedImage image =
        new EvaluatedImage(List.of(new Annotation(OSTEOPHYTES, at(0), true)), List.of());
    assertThat(perType(0.5, image)).isEmpty();
    assertThat(AveragePrecision.mean(Map.of())).isNaN();
    assertThat(AveragePrecision.mean(Map.of(FRACTURE, 0.25, ANKYLOSIS, 0.75))).isEqualTo(0.5);
  }

  @Test
  void takesTheHundredSurestDetectionsOfAnImage() {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      findings.add(found(OSTEOPHYTES, 500, 0.5));
    }
    findings.add(found(OSTEOPHYTES, 0, 0.4));
    findings.add(found(OSTEOPHYTES, 100, 0.3));
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(annotated(OSTEOPHYTES, 0), annotated(OSTEOPHYTES, 100)), findings);
    // The 100th is right, the 101st does not count.
    assertThat(perType(0.5, image).get(OSTEOPHYTES)).isCloseTo(51 * 0.01 / 101, within(1e-12));
  }

  @Test
  void matchesTheLastOfAnnotationsThatOverlapEquallyAndTheFirstOfEqualScores() {
    // The surer detection lies on two equal annotations; the other one only reaches the first.
    EvaluatedImage image =
        new EvaluatedImage(
            List.of(annotated(OSTEOPHYTES, 0), annotated(OSTEOPHYTES, 4)),
            List.of(found(OSTEOPHYTES, 2, 0.9), found(OSTEOPHYTES, 0, 0.8)));
    assertThat(perType(0.5, image).get(OSTEOPHYTES)).isEqualTo(1);
    EvaluatedImage wrong = new EvaluatedImage(List.of(), List.of(found(OSTEOPHYTES, 0, 0.9)));
    EvaluatedImage right =
        new EvaluatedImage(List.of(annotated(OSTEOPHYTES, 0)), List.of(found(OSTEOPHYTES, 0, 0.9)));
    assertThat(perType(0.5, right, wrong).get(OSTEOPHYTES)).isEqualTo(1);
    assertThat(perType(0.5, wrong, right).get(OSTEOPHYTES)).isEqualTo(0.5);
  }

  @Test
  void refusesAnOverlapThatIsNone() {
    assertThatThrownBy(() -> perType(1.5)).hasMessageContaining("minimumIou must be in [0,1]");
    EvaluatedImage image =
        new EvaluatedImage(List.of(annotated(OSTEOPHYTES, 0)), List.of(found(OSTEOPHYTES, 0, 0.9)));
    assertThat(perType(1, image).get(OSTEOPHYTES)).isEqualTo(1);
  }
}
