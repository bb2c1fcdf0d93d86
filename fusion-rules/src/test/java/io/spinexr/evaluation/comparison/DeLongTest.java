package io.spinexr.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DeLongTest {
  private static List<ScoredLabel> samples(double... abnormalThenNormal) {
    int half = abnormalThenNormal.length / 2;
    return IntStream.range(0, abnormalThenNormal.length)
        .mapToObj(i -> new ScoredLabel(abnormalThenNormal[i], i < half))
        .toList();
  }

  @Test
  void agreesWithAHandWorkedExample() {
    // Shares of normal images below 0.9 and 0.5: 1 and 1/2; of abnormal ones above 0.6 and 0.2: 1/2
    // and 1. Each class varies by 1/8 of two images: 1/16 + 1/16. The second orders all.
    DeLong compared = DeLong.of(samples(0.9, 0.5, 0.6, 0.2), samples(0.9, 0.8, 0.2, 0.1));
    assertThat(compared).isEqualTo(new DeLong(0.75, 1, 0.125, 0, 0));
    assertThat(compared.difference()).isEqualTo(-0.25);
    double half = 1.959963984540054 * Math.sqrt(0.125);
    assertThat(compared.firstInterval().low()).isCloseTo(0.75 - half, within(1e-12));
    assertThat(compared.firstInterval().high()).isCloseTo(0.75 + half, within(1e-12));
    assertThat(compared.secondInterval()).isEqualTo(new DeLong.Interval(1, 1));
    assertThat(compared.differenceInterval().low()).isCloseTo(-0.25 - half, within(1e-12));
    // z = 0.25 / 0.35355 = 0.70711, whose two tails are 0.47950.
    assertThat(compared.pValue()).isCloseTo(0.4795001221869535, within(1e-12));
  }

  @Test
  void countsTiesHalfAndTakesTheCovarianceAway() {
    DeLong same = DeLong.of(samples(0.9, 0.5, 0.5, 0.2), samples(0.9, 0.5, 0.5, 0.2));
    assertThat(same.first()).isEqualTo(0.875);
    assertThat(same.covariance()).isEqualTo(same.firstVariance()).isEqualTo(same.secondVariance());
    assertThat(same.differenceInterval()).isEqualTo(new DeLong.Interval(0, 0));
    assertThat(same.pValue()).isEqualTo(1);
  }

  @Test
  void isCertainOfADifferenceThatNeverVaries() {
    assertThat(DeLong.of(samples(0.9, 0.8, 0.2, 0.1), samples(0.1, 0.2, 0.8, 0.9)).pValue())
        .isZero();
  }

  @Property
  void agreesWithComparingEveryPair(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int abnormal = random.nextInt(2, 12);
    int normal = random.nextInt(2, 12);
    double[][] scores = {scores(random, abnormal + normal), scores(random, abnormal + normal)};
    List<List<ScoredLabel>> both =
        IntStream.range(0, 2)
            .mapToObj(
                c ->
                    IntStream.range(0, abnormal + normal)
                        .mapToObj(i -> new ScoredLabel(scores[c][i], i < abnormal))
                        .toList())
            .toList();
    DeLong compared = DeLong.of(both.get(0), both.get(1));
    assertThat(compared.first()).isCloseTo(RocCurve.of(both.get(0)).area(), within(1e-12));
    assertThat(compared.second()).isCloseTo(RocCurve.of(both.get(1)).area(), within(1e-12));
    assertThat(
            new double[] {
              compared.firstVariance(), compared.secondVariance(), compared.covariance()
            })
        .containsExactly(
            new double[] {
              covariance(scores[0], scores[0], abnormal),
              covariance(scores[1], scores[1], abnormal),
              covariance(scores[0], scores[1], abnormal)
            },
            within(1e-12));
  }

  private static double[] scores(SplittableRandom random, int count) {
    return random.ints(count, 0, 6).mapToDouble(fifths -> fifths / 5.0).toArray();
  }

  /** The definition: sample covariances of the means of rows and columns of all pairs. */
  private static double covariance(double[] a, double[] b, int abnormal) {
    int normal = a.length - abnormal;
    double[] rowsA = new double[abnormal];
    double[] rowsB = new double[abnormal];
    double[] columnsA = new double[normal];
    double[] columnsB = new double[normal];
    for (int i = 0; i < abnormal; i++) {
      for (int j = 0; j < normal; j++) {
        double inA = 0.5 + Math.signum(a[i] - a[abnormal + j]) / 2;
        double inB = 0.5 + Math.signum(b[i] - b[abnormal + j]) / 2;
        rowsA[i] += inA / normal;
        rowsB[i] += inB / normal;
        columnsA[j] += inA / abnormal;
        columnsB[j] += inB / abnormal;
      }
    }
    return sampleCovariance(rowsA, rowsB) / abnormal
        + sampleCovariance(columnsA, columnsB) / normal;
  }

  private static double sampleCovariance(double[] a, double[] b) {
    double products = 0;
    double sumA = 0;
    double sumB = 0;
    for (int i = 0; i < a.length; i++) {
      products += a[i] * b[i];
      sumA += a[i];
      sumB += b[i];
    }
    return (products - sumA * sumB / a.length) / (a.length - 1);
  }

  @Test
  void refusesOtherImagesOrTooFew() {
    List<ScoredLabel> four = samples(0.9, 0.5, 0.6, 0.2);
    assertThatThrownBy(() -> DeLong.of(four, samples(0.9, 0.2)))
        .hasMessageContaining("got 4 and 2");
    List<ScoredLabel> swapped = List.of(four.get(0), four.get(2), four.get(1), four.get(3));
    assertThatThrownBy(() -> DeLong.of(four, swapped))
        .hasMessageContaining("image 2 is abnormal for one only");
    assertThatThrownBy(() -> DeLong.of(four.subList(1, 4), four.subList(1, 4)))
        .hasMessageContaining("2 normal and 1 abnormal");
    assertThatThrownBy(() -> DeLong.of(four.subList(0, 3), four.subList(0, 3)))
        .hasMessageContaining("1 normal and 2 abnormal");
  }
}
