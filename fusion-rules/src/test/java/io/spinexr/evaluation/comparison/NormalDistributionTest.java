package io.spinexr.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalDistributionTest {
  /** The tails are 2 * scipy.stats.norm.sf(z). */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0.001, 0.9992021155721779",
    "0.5, 0.6170750774519738",
    "1, 0.31731050786291415",
    "1.959963984540054, 0.05",
    "2.4999, 0.012422836749889175",
    "2.5, 0.012419330651552265",
    "5, 5.733031437583866e-07",
    "30, 9.813427854295816e-198",
    "Infinity, 0"
  })
  void knowsBothTails(double z, double tails) {
    assertThat(NormalDistribution.twoSided(z)).isCloseTo(tails, withPercentage(1e-10));
    assertThat(NormalDistribution.twoSided(-z)).isCloseTo(tails, withPercentage(1e-10));
  }
}
