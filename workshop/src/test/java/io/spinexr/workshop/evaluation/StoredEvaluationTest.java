package io.spinexr.workshop.evaluation;

import static io.spinexr.evaluation.bootstrap.ClassifierFigure.AUROC;
import static io.spinexr.evaluation.bootstrap.ClassifierFigure.PRECISION;
import static io.spinexr.evaluation.bootstrap.ClassifierFigure.SENSITIVITY;
import static io.spinexr.evaluation.bootstrap.ClassifierFigure.SPECIFICITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions that come from another program, and figures worked by hand. */
class StoredEvaluationTest {
  /** Two studies; i1 and i2 are abnormal, n1 and n2 are not. */
  private static final String ANNOTATIONS =
      """
      study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax
      s1,e,i1,r,Osteophytes,10,10,30,30
      s1,e,n1,r,No finding,,,,
      s2,e,i2,r,Osteophytes,10,10,30,30
      s2,e,i2,r,Fracture,50,50,70,70
      s3,e,n2,r,No finding,,,,
      """;

  private static final String PROBABILITIES =
      """
      image_id,probability,one,two
      i1,0.9,0.8,0.95
      i2,0.2,0.3,0.1
      n1,0.3,0.1,0.6
      n2,0.1,0.1,0.1
      """;

  /** Besides a box that is found on each abnormal image, one of exactly 0.5 on a normal one. */
  private static final String DETECTIONS =
      """
      [{"image_id": "i1", "category_id": 0, "bbox": [10, 10, 20, 20], "score": 0.4},
       {"image_id": "i2", "category_id": 0, "bbox": [10, 10, 20, 20], "score": 0.8},
       {"image_id": "n2", "category_id": 0, "bbox": [10, 10, 20, 20], "score": 0.5}]
      """;

  @TempDir Path folder;

  private EvaluationSet read(
      String annotations, String probabilities, String detections, RareTypes rareTypes)
      throws IOException {
    return new StoredEvaluation(
            Files.writeString(folder.resolve("test.csv"), annotations),
            Files.writeString(folder.resolve("preds.csv"), probabilities),
            Files.writeString(folder.resolve("detections.json"), detections),
            rareTypes)
        .read();
  }

  @Test
  void figuresAreThoseWorkedByHand() throws IOException {
    EvaluationSet set = read(ANNOTATIONS, PROBABILITIES, DETECTIONS, RareTypes.IGNORE);
    EvaluationFigures figures = EvaluationFigures.of(set);

    assertThat(set.rule().threshold()).isEqualTo(0.2808);
    assertThat(set.thresholdSource()).isEqualTo("published with VinDr-SpineXR");
    // Of the four pairs of abnormal and normal, 0.9 wins both, 0.2 wins one.
    assertThat(value(figures.ensemble(), AUROC)).isCloseTo(0.75, offset(1e-12));
    assertThat(value(figures.ensemble(), SENSITIVITY)).isEqualTo(0.5);
    assertThat(value(figures.ensemble(), SPECIFICITY)).isEqualTo(0.5);
    assertThat(value(figures.ensemble(), PRECISION)).isEqualTo(0.5);
    // J is 0.5 at 0.9 and at 0.2; of equal ones the highest threshold counts.
    assertThat(figures.ensemble().youden()).isEqualTo(0.9);
    assertThat(figures.members()).containsOnlyKeys("one", "two");
    assertThat(value(figures.members().get("one"), AUROC)).isEqualTo(1);
    // 0.95 wins both; 0.1 loses to 0.6 and ties with 0.1.
    assertThat(value(figures.members().get("two"), AUROC)).isCloseTo(0.625, offset(1e-12));
    // Lifted: 0.65 and 0.5 against 0.15 and 0.3.
    assertThat(value(figures.mirrored(), AUROC)).isEqualTo(1);
    assertThat(figures.mirrored().gains().get(AUROC).value()).isCloseTo(0.25, offset(1e-12));
    assertThat(figures.mirrored().gains().get(AUROC).low()).isNotNegative();
    // Per study: s1 0.9 and s2 0.2 are abnormal, s3 0.1 is not.
    assertThat(figures.studies()).isEqualTo(3);
    assertThat(value(figures.study(), AUROC)).isEqualTo(1);
    assertThat(value(figures.study(), SPECIFICITY)).isEqualTo(1);
    // Order 0.8 right, 0.5 wrong, 0.4 right: precision 1 up to recall 0.5, then 2/3.
    double alone = (51 + 50 * 2 / 3.0) / 101;
    assertThat(figures.at50().alone().mean().value()).isCloseTo(alone, offset(1e-12));
    // The rule keeps 0.5 on the normal image by the reference and drops it by the paper.
    DetectorFigures inclusive = figures.at50().fused(Boundary.INCLUSIVE);
    DetectorFigures exclusive = figures.at50().fused(Boundary.EXCLUSIVE);
    assertThat(inclusive.mean().value()).isCloseTo(alone, offset(1e-12));
    assertThat(inclusive.gain()).isEqualTo(new Measure(0, 0, 0));
    assertThat(exclusive.mean().value()).isCloseTo(1, offset(1e-12));
    assertThat(exclusive.gain().value()).isCloseTo(1 - alone, offset(1e-12));
  }

  private static double value(ClassifierFigures figures, ClassifierFigure figure) {
    return figures.measure(figure).value();
  }

  @Test
  void lowerOverlapsCountAtALowerIou() throws IOException {
    // 20 x 20 moved by 10 overlaps by a third.
    EvaluationFigures figures =
        EvaluationFigures.of(
            read(
                ANNOTATIONS,
                PROBABILITIES,
                DETECTIONS.replace("[10, 10, 20, 20]", "[20, 10, 20, 20]"),
                RareTypes.IGNORE));
    assertThat(figures.at50().alone().mean().value()).isZero();
    assertThat(figures.at20().alone().mean().value()).isPositive();
  }

  @Test
  void studiesOfOneKindHaveNoAuroc() throws IOException {
    EvaluationFigures figures =
        EvaluationFigures.of(
            read(ANNOTATIONS.replace("s3,", "s1,"), PROBABILITIES, DETECTIONS, RareTypes.IGNORE));
    assertThat(figures.studies()).isEqualTo(2);
    assertThat(value(figures.study(), AUROC)).isNaN();
    assertThat(figures.study().youden()).isNaN();
    assertThat(value(figures.study(), SENSITIVITY)).isEqualTo(0.5);
  }

  @Test
  void rareTypesCountAsSaid() throws IOException {
    assertThat(lesions(RareTypes.IGNORE)).containsExactly(LesionType.OSTEOPHYTES);
    assertThat(lesions(RareTypes.OTHER))
        .containsExactly(LesionType.OSTEOPHYTES, LesionType.OTHER_LESIONS);
  }

  private List<LesionType> lesions(RareTypes rareTypes) throws IOException {
    return read(ANNOTATIONS, PROBABILITIES, DETECTIONS, rareTypes).images().stream()
        .filter(image -> image.imageId().equals("i2"))
        .flatMap(image -> image.lesions().stream())
        .map(lesion -> lesion.type())
        .toList();
  }

  @Test
  void tellsWhatHasNoCounterpart() throws IOException {
    EvaluationSet set =
        read(
            ANNOTATIONS,
            PROBABILITIES.replace("n2,", "stranger,"),
            DETECTIONS.replace("\"i1\"", "\"nobody\""),
            RareTypes.IGNORE);

    assertThat(set.leftOut()).isEqualTo(1);
    assertThat(set.defects())
        .filteredOn(defect -> defect.kind() == Kind.UNKNOWN_IMAGE)
        .extracting(Defect::sentence)
        .containsExactly(
            "preds.csv line 5: image stranger: no annotation names this image (row left out)",
            "detections.json: image n2: this image has no probability; its boxes: 1 (row left out)",
            "detections.json: image nobody: no annotation names this image; its boxes: 1"
                + " (row left out)");
    assertThat(set.defects())
        .filteredOn(defect -> defect.kind() == Kind.UNPREDICTED_IMAGE)
        .extracting(Defect::imageId, Defect::text)
        .containsExactly(tuple("n2", "there is no prediction for it"));
    assertThat(set.defects())
        .filteredOn(defect -> defect.kind() == Kind.UNKNOWN_SIZE)
        .singleElement()
        .satisfies(defect -> assertThat(defect.text()).contains("sizes of 4 images"));
  }

  @Test
  void leavesOutBoxesOfTypesThatAreNotMeasured() throws IOException {
    EvaluationSet set =
        read(
            ANNOTATIONS,
            PROBABILITIES,
            DETECTIONS.replaceFirst("\"category_id\": 0", "\"category\": \"Fracture\""),
            RareTypes.IGNORE);

    assertThat(set.images().get(0).detected()).isEmpty();
    assertThat(set.defects()).extracting(Defect::kind).contains(Kind.UNMEASURED_TYPE);
  }

  @Test
  void sizesComeFromTheDataSetWhereNobodyElseTellsThem() throws IOException {
    Files.writeString(
        folder.resolve("test_meta.csv"),
        "image_id,image_height,image_width\ni1,20,25\ni2,100,100\nn1,9,9\nn2,100,100\n");

    EvaluationSet set = read(ANNOTATIONS, PROBABILITIES, DETECTIONS, RareTypes.IGNORE);

    assertThat(set.images().get(0).lesions().get(0).box().xMax()).isEqualTo(25);
    assertThat(set.images().get(0).detected().get(0).box().yMax()).isEqualTo(20);
    assertThat(set.defects())
        .extracting(Defect::kind)
        .containsExactly(Kind.CLIPPED_BOX, Kind.CLIPPED_BOX);
  }

  @Test
  void needsNormalAndAbnormalImages() throws IOException {
    EvaluationSet set =
        read(
            ANNOTATIONS.lines().limit(2).reduce("", (a, b) -> a + b + "\n"),
            PROBABILITIES,
            DETECTIONS,
            RareTypes.IGNORE);
    assertThatThrownBy(() -> EvaluationFigures.of(set))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 are normal and 1 abnormal");
  }
}
