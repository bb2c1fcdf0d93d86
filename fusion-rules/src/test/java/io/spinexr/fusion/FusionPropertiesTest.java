package io.spinexr.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class FusionPropertiesTest {
  @Provide
  Arbitrary<List<Finding>> findings() {
    return Combinators.combine(
            Arbitraries.of(LesionType.REFERENCE_LABELS),
            Arbitraries.doubles().between(0, 1),
            Arbitraries.doubles().between(0, 500))
        .as((type, score, x) -> new Finding(type, new BoundingBox(x, x, x + 20, x + 30), score))
        .list()
        .ofMaxSize(20);
  }

  @Property
  void everythingKeptWasDetectedAndEverythingConfidentIsKept(
      @ForAll @DoubleRange(min = 0, max = 1) double probability,
      @ForAll("findings") List<Finding> detected) {
    List<Finding> kept = DecisionRule.reference(0.2808).apply(probability, detected);
    assertThat(detected).containsAll(kept);
    assertThat(kept).containsAll(detected.stream().filter(f -> f.score() >= 0.5).toList());
  }

  @Property
  void aHigherProbabilityNeverDropsAFinding(
      @ForAll @DoubleRange(min = 0, max = 1) double a,
      @ForAll @DoubleRange(min = 0, max = 1) double b,
      @ForAll("findings") List<Finding> detected) {
    DecisionRule rule = DecisionRule.reference(0.2808);
    assertThat(rule.apply(Math.max(a, b), detected))
        .containsAll(rule.apply(Math.min(a, b), detected));
  }

  @Property
  void applyingTheRuleTwiceChangesNothing(
      @ForAll @DoubleRange(min = 0, max = 1) double probability,
      @ForAll("findings") List<Finding> detected) {
    DecisionRule rule = DecisionRule.reference(0.2808);
    List<Finding> once = rule.apply(probability, detected);
    assertThat(rule.apply(probability, once)).isEqualTo(once);
  }

  @Property
  void theMirrorLiesBetweenClassifierAndHighestScore(
      @ForAll @DoubleRange(min = 0, max = 1) double probability,
      @ForAll("findings") List<Finding> detected) {
    double highest = detected.stream().mapToDouble(Finding::score).max().orElse(0);
    assertThat(MirrorRule.apply(probability, detected))
        .isBetween(Math.min(probability, highest), Math.max(probability, highest));
  }

  @Test
  void theMirrorAveragesAndCountsNoBoxAsZero() {
    Finding finding = new Finding(LesionType.OSTEOPHYTES, new BoundingBox(0, 0, 1, 1), 0.9);
    assertThat(MirrorRule.apply(0.3, List.of(finding))).isCloseTo(0.6, within(1e-12));
    assertThat(MirrorRule.apply(0.3, List.of())).isCloseTo(0.15, within(1e-12));
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatThrownBy(() -> DecisionRule.reference(1.01)).hasMessageContaining("threshold");
    assertThatThrownBy(() -> MirrorRule.apply(Double.NaN, List.of()))
        .hasMessageContaining("probability must be in [0,1]");
  }
}
