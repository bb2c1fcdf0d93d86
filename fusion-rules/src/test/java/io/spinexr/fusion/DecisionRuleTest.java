package io.spinexr.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionRuleTest {
  private static final DecisionRule RULE = DecisionRule.reference(DecisionRule.PUBLISHED_THRESHOLD);

  private static Finding scored(double score) {
    return new Finding(LesionType.OSTEOPHYTES, new BoundingBox(10, 20, 30, 40), score);
  }

  @Test
  void keepsEveryFindingOnAnAbnormalImage() {
    List<Finding> detected = List.of(scored(0.05), scored(0.9), scored(0.3));
    assertThat(RULE.apply(0.2808, detected))
        .containsExactly(scored(0.9), scored(0.3), scored(0.05));
  }

  @Test
  void keepsOnlyConfidentFindingsOnANormalImage() {
    List<Finding> detected = List.of(scored(0.5), scored(0.49), scored(0.51));
    assertThat(RULE.apply(0.2807, detected)).containsExactly(scored(0.51), scored(0.5));
  }

  @Test
  void dropsAScoreAtTheLimitInThePapersWording() {
    DecisionRule paper = new DecisionRule(0.2808, 0.5, DecisionRule.Boundary.EXCLUSIVE);
    assertThat(paper.apply(0.1, List.of(scored(0.5), scored(0.51)))).containsExactly(scored(0.51));
  }
}
