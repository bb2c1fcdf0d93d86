package io.spinexr.evaluation;

import static io.spinexr.finding.LesionType.FRACTURE;
import static io.spinexr.finding.LesionType.OSTEOPHYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.FrocCurve.Point;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrocCurveTest {
  private static final BoundingBox HERE = new BoundingBox(0, 0, 10, 10);
  private static final BoundingBox THERE = new BoundingBox(50, 0, 60, 10);

  private static FrocCurve curve(EvaluatedImage... images) {
    return FrocCurve.of(
        Stream.of(OSTEOPHYTES, FRACTURE)
            .map(type -> RankedDetections.of(type, 0.5, List.of(images)))
            .toList());
  }

  private static Finding found(LesionType type, BoundingBox box, double score) {
    return new Finding(type, box, score);
  }

  @Test
  void countsFalseAlarmsPerImageOfAllTypes() {
    FrocCurve curve =
        curve(
            new EvaluatedImage(
                List.of(new Annotation(OSTEOPHYTES, HERE), new Annotation(FRACTURE, THERE)),
                List.of(
                    found(OSTEOPHYTES, THERE, 0.9),
                    found(OSTEOPHYTES, HERE, 0.8),
                    found(FRACTURE, THERE, 0.5))),
            new EvaluatedImage(List.of(), List.of(found(FRACTURE, HERE, 0.5))));
    assertThat(curve.points())
        .containsExactly(new Point(0.9, 0.5, 0), new Point(0.8, 0.5, 0.5), new Point(0.5, 1, 1));
    assertThat(curve.sensitivityAt(0.4)).isZero();
    assertThat(curve.sensitivityAt(0.5)).isEqualTo(0.5);
    assertThat(curve.sensitivityAt(0.99)).isEqualTo(0.5);
    assertThat(curve.sensitivityAt(1)).isEqualTo(1);
  }

  @Test
  void hasNoPointsWithoutDetectionsAndNoneWithoutAnnotations() {
    FrocCurve silent =
        curve(new EvaluatedImage(List.of(new Annotation(FRACTURE, HERE)), List.of()));
    assertThat(silent.points()).isEmpty();
    assertThat(silent.sensitivityAt(8)).isZero();
    assertThatThrownBy(
            () -> curve(new EvaluatedImage(List.of(), List.of(found(FRACTURE, HERE, 0.9)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs annotated lesions");
  }
}
