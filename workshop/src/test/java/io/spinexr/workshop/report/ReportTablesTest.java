package io.spinexr.workshop.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.workshop.dataset.AnnotatedLesion;
import io.spinexr.workshop.evaluation.AnnotatedCounts;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.evaluation.RareTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTablesTest {
  private static final BoundingBox BOX = new BoundingBox(10, 10, 30, 30);

  private static String tables(AnnotatedCounts counts) {
    EvaluationSet set =
        new EvaluationSet(
            List.of(image("i", true), image("n", false)),
            List.of("net"),
            LesionType.REFERENCE_LABELS,
            DecisionRule.reference(0.5),
            "of the model set",
            RareTypes.IGNORE,
            counts,
            List.of(),
            Optional.empty());
    return new ReportTables(set, EvaluationFigures.of(set)).markdown();
  }

  private static PredictedImage image(String id, boolean abnormal) {
    return new PredictedImage(
        id,
        id,
        abnormal,
        abnormal ? List.of(new AnnotatedLesion(LesionType.OSTEOPHYTES, BOX, "r")) : List.of(),
        abnormal ? 0.9 : 0.1,
        Map.of("net", abnormal ? 0.9 : 0.1),
        List.of(new Finding(LesionType.OSTEOPHYTES, BOX, abnormal ? 0.9 : 0.1)),
        Map.of(),
        abnormal ? 0.9 : 0.1);
  }

  @Test
  void everyRowHasAsManyCellsAsItsHeader() {
    for (AnnotatedCounts counts :
        List.of(
            new AnnotatedCounts(2, 1, 2, Map.of()),
            new AnnotatedCounts(2078, 1010, 1000, Map.of()))) {
      for (String table : tables(counts).split("### ")) {
        assertThat(table.lines().filter(line -> line.startsWith("|")))
            .extracting(line -> line.chars().filter(c -> c == '|').count())
            .satisfies(cells -> assertThat(cells.stream().distinct().count()).isLessThan(2));
      }
    }
  }

  @Test
  void thePapersFiguresStandBesideItsOwnDataSetOnly() {
    assertThat(tables(new AnnotatedCounts(2, 1, 2, Map.of())))
        .contains("2 images, 1 abnormal, of 2 studies; 0 annotated images are left out.")
        .doesNotContain("paper:");
    assertThat(tables(new AnnotatedCounts(2078, 1009, 1000, Map.of()))).doesNotContain("paper:");
    assertThat(tables(new AnnotatedCounts(2078, 1010, 1000, Map.of())))
        .contains("2076 annotated images are left out.")
        .containsPattern("paper: Ensemble +\\| 88.61 \\(87.2, 90.0\\) +\\| 81.06")
        .containsPattern("paper: Sparse R-CNN +\\| 20.09 .*\\| 33.15 +\\|")
        .containsPattern("paper: with the rule +\\| 21.43 .*\\| 33.56 +\\|")
        .containsPattern("AP +\\| Disc space narrowing \\| Foraminal stenosis \\| Osteophytes")
        .containsPattern(
            "detector only, IoU 0.5 +\\| - +\\| - +\\| 100.00 \\(100.0, 100.0\\) +\\| -");
  }
}
