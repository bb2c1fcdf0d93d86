package io.spinexr.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.phantom.LesionBox;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {
  private static final BoundingBox BOX = new BoundingBox(10, 10, 30, 30);

  /** One abnormal image found, one missed by the classifier, two normal ones with false boxes. */
  private static final List<Prediction> PREDICTIONS =
      List.of(
          new Prediction(true, lesion(), 0.9, found(0.4)),
          new Prediction(true, lesion(), 0.2, found(0.8)),
          new Prediction(false, List.of(), 0.3, found(0.45)),
          new Prediction(false, List.of(), 0.1, List.of()));

  private final EvaluationReport report = report(PREDICTIONS, 0.5);

  private static EvaluationReport report(List<Prediction> predictions, double threshold) {
    return EvaluationReport.of(
        predictions, DecisionRule.reference(threshold), LesionType.REFERENCE_LABELS);
  }

  @Test
  void countsVerdictsAtTheThreshold() {
    assertThat(report.images()).isEqualTo(4);
    assertThat(report.abnormal()).isEqualTo(2);
    // Of the four pairs of abnormal and normal, 0.9 wins both, 0.2 wins one.
    assertThat(report.auroc()).isCloseTo(0.75, offset(1e-12));
    assertThat(report.confusion().sensitivity()).isEqualTo(0.5);
    assertThat(report.confusion().specificity()).isEqualTo(1);
    // Lifted: 0.65, 0.5 against 0.375, 0.05.
    assertThat(report.mirroredAuroc()).isEqualTo(1);
  }

  @Test
  void measuresBoxesBeforeAndAfterTheRule() {
    // Order 0.8 right, 0.45 wrong, 0.4 right: precision 1 up to recall 0.5, then 2/3.
    double before = (51 + 50 * 2 / 3.0) / 101;
    assertThat(report.detectorOnlyMean()).isCloseTo(before, offset(1e-12));
    // The rule drops the 0.45 on the normal image and keeps 0.4 on the abnormal one.
    assertThat(report.fusedMean()).isCloseTo(1, offset(1e-12));
    assertThat(report.table())
        .contains("AUROC 75.00")
        .containsPattern("Osteophytes +83\\.50 +100\\.00")
        .containsPattern("mAP@0\\.5 +83\\.50 +100\\.00");
  }

  @Test
  void choosesTheHighestThresholdOfTheBestYoudenIndex() {
    // J is 0.5 on (0.3, 0.9] and on (0.1, 0.2].
    assertThat(EvaluationReport.youdenThreshold(PREDICTIONS)).isEqualTo(0.9);
  }

  private static List<LesionBox> lesion() {
    return List.of(new LesionBox(LesionType.OSTEOPHYTES, BOX));
  }

  private static List<Finding> found(double score) {
    return List.of(new Finding(LesionType.OSTEOPHYTES, BOX, score));
  }
}
