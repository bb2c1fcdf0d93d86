package io.spinexr.evaluation;

import static io.spinexr.finding.LesionType.ANKYLOSIS;
import static io.spinexr.finding.LesionType.FRACTURE;
import static io.spinexr.finding.LesionType.OSTEOPHYTES;
import static io.spinexr.finding.LesionType.VERTEBRAL_COLLAPSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
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
    return AveragePrecision.perType(LesionType.REFERENCE_LABELS, minimumIou, List.of(images));
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

    Map<LesionType, Double> thirteen = AveragePrecision.perType(all, 0.5, images);
    assertThat(thirteen.keySet()).containsExactlyElementsOf(all).hasSize(13);
    thirteen.forEach(
        (type, precision) -> assertThat(precision).isEqualTo(type == FRACTURE ? 0.0 : 1.0));

    assertThat(AveragePrecision.perType(List.of(FRACTURE, ANKYLOSIS), 0.5, images))
        .containsExactly(entry(FRACTURE, 0.0), entry(ANKYLOSIS, 1.0));
  }
}
