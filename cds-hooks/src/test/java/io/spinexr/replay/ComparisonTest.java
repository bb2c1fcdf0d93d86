package io.spinexr.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.LesionType;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  private static final Finding KEPT = osteophytes(10, 20, 30, 40, 0.9);

  private static Finding osteophytes(
      double xMin, double yMin, double xMax, double yMax, double score) {
    return new Finding(LesionType.OSTEOPHYTES, new BoundingBox(xMin, yMin, xMax, yMax), score);
  }

  private static ImageFindings image(double probability, Finding... kept) {
    return new ImageFindings(
        new ImageId("1.2", "1.2.1", "1.2.1.1"),
        100,
        200,
        probability,
        0.3,
        List.of(kept),
        List.of(kept),
        List.of());
  }

  /** The limits are inclusive: 0.9 - 0.899 is 0.001, which no binary fraction is exactly. */
  @ParameterizedTest(name = "[{0}, {1}, {2}, {3}] with {4}: {5}")
  @CsvSource({
    "10, 20, 30, 40, 0.9, true",
    "11, 20, 30, 40, 0.9, true",
    "9, 19, 31, 41, 0.899, true",
    "10, 20, 30, 40, 0.901, true",
    "11.01, 20, 30, 40, 0.9, false",
    "10, 18.99, 30, 40, 0.9, false",
    "10, 20, 31.01, 40, 0.9, false",
    "10, 20, 30, 38.99, 0.9, false",
    "10, 20, 30, 40, 0.8989, false",
    "10, 20, 30, 40, 0.9011, false",
  })
  void takesAKeptBoxForTheSameWithinOnePixelAndAThousandth(
      double xMin, double yMin, double xMax, double yMax, double score, boolean same) {
    List<String> differences =
        Comparison.differences(
            image(0.5, KEPT), image(0.5, osteophytes(xMin, yMin, xMax, yMax, score)));

    assertThat(differences).hasSize(same ? 0 : 2);
  }

  @ParameterizedTest
  @CsvSource({"0.501, true", "0.499, true", "0.5011, false", "0.4989, false"})
  void comparesTheProbabilityToAThousandth(double now, boolean same) {
    assertThat(Comparison.differences(image(0.5), image(now)).isEmpty()).isEqualTo(same);
  }

  @Test
  void noticesAVerdictThatTurnsWithinAThousandth() {
    assertThat(Comparison.differences(image(0.3), image(0.2999)))
        .containsExactly("verdict abnormal-by-classifier then, nothing-found now");
  }

  @Test
  void noticesAnotherTypeAndABoxMoreOrLess() {
    Finding other = new Finding(LesionType.OTHER_LESIONS, KEPT.box(), KEPT.score());

    assertThat(Comparison.differences(image(0.5, KEPT), image(0.5, other)))
        .containsExactly(
            "osteophytes 0.9000 at [10.0, 20.0, 30.0, 40.0] then, not now",
            "other-lesions 0.9000 at [10.0, 20.0, 30.0, 40.0] now, not then");
    assertThat(Comparison.differences(image(0.5, KEPT), image(0.5, KEPT, KEPT))).hasSize(1);
    assertThat(Comparison.differences(image(0.5, KEPT, KEPT), image(0.5, KEPT))).hasSize(1);
  }

  /** Else "1,5, 2" of a German machine reads as three numbers. */
  @Test
  void writesNumbersTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(Comparison.differences(image(0.5, KEPT), image(0.6)))
          .containsExactly(
              "probability 0.5000 then, 0.6000 now",
              "osteophytes 0.9000 at [10.0, 20.0, 30.0, 40.0] then, not now");
    } finally {
      Locale.setDefault(before);
    }
  }

  /** Of equal scores the order is nobody's. */
  @Test
  void doesNotAskForTheOrderOfBoxes() {
    Finding near = osteophytes(10.8, 20, 30.8, 40, 0.9);

    assertThat(Comparison.differences(image(0.5, KEPT, near), image(0.5, near, KEPT))).isEmpty();
  }
}
