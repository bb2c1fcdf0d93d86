package io.spinexr.fusion;

import static io.spinexr.finding.Finding.Certainty.REPORTED;
import static io.spinexr.finding.Finding.Certainty.UNCERTAIN;
import static io.spinexr.finding.Finding.Certainty.UNDISPLAYED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class LesionScoresTest {
  private static final LesionScores SCORES =
      new LesionScores(Map.of(LesionType.FRACTURE, new CertaintyScores(0.1, 0.7)));

  private static List<Finding> findings(LesionType type, double... scores) {
    return DoubleStream.of(scores)
        .mapToObj(score -> new Finding(type, new BoundingBox(1, 2, 3, 4), score))
        .toList();
  }

  @Test
  void aScoreIsWorthWhatItsTypeSays() {
    List<Finding> detected =
        findings(LesionType.FRACTURE, 0, Math.nextDown(0.1), 0.1, Math.nextDown(0.7), 0.7, 1);

    List<Finding> judged = SCORES.judge(detected);

    assertThat(judged)
        .extracting(Finding::certainty)
        .containsExactly(UNDISPLAYED, UNDISPLAYED, UNCERTAIN, UNCERTAIN, REPORTED, REPORTED);
    assertThat(judged)
        .extracting(finding -> finding.with(REPORTED))
        .containsExactlyElementsOf(detected);
  }

  @Test
  void aTypeThatIsNotNamedIsDisplayedFromAQuarterAndReportedFromAHalf() {
    assertThat(
            SCORES.judge(
                findings(
                    LesionType.OSTEOPHYTES, Math.nextDown(0.25), 0.25, Math.nextDown(0.5), 0.5)))
        .extracting(Finding::certainty)
        .containsExactly(UNDISPLAYED, UNCERTAIN, UNCERTAIN, REPORTED);
  }

  @Test
  void nothingIsReportedThatIsNotDisplayed() {
    assertThat(new CertaintyScores(0.5, 0.5).of(0.5)).isEqualTo(REPORTED);
    assertThatThrownBy(() -> new CertaintyScores(0.6, 0.5))
        .hasMessage("display must be at most report, but display is 0.6 and report 0.5");
    assertThatThrownBy(() -> new CertaintyScores(-0.1, 0.5)).hasMessageContaining("display must");
    assertThatThrownBy(() -> new CertaintyScores(0.5, Double.NaN)).hasMessageContaining("report");
  }

  @Test
  void wordsOfEqualScoresAreEqual() {
    CertaintyScores scores = new CertaintyScores(0.2, 0.3);
    assertThat(new LesionScores(Map.of(LesionType.FRACTURE, scores, LesionType.ANKYLOSIS, scores)))
        .hasToString(
            "{ANKYLOSIS=CertaintyScores[display=0.2, report=0.3],"
                + " FRACTURE=CertaintyScores[display=0.2, report=0.3]}");
    assertThat(new LesionScores(Map.of())).hasToString("default");
  }
}
