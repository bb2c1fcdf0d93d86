package io.spinexr.workshop.evaluation;

import static io.spinexr.evaluation.bootstrap.ClassifierFigure.AUROC;
import static io.spinexr.evaluation.bootstrap.ClassifierFigure.SENSITIVITY;
import static io.spinexr.evaluation.bootstrap.ClassifierFigure.SPECIFICITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.workshop.prediction.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Subgroups of images whose figures are worked by hand. */
class SubgroupTest {
  private final List<PredictedImage> images = new ArrayList<>();

  private void add(int count, boolean abnormal, double probability, Map<Attribute, String> known) {
    for (int i = 0; i < count; i++) {
      String id = "image " + images.size();
      images.add(
          new PredictedImage(
              id, id, abnormal, List.of(), probability, Map.of(), List.of(), known, probability));
    }
  }

  private List<Subgroup> groups() {
    return Subgroup.of(
        new EvaluationSet(
            images,
            List.of(),
            LesionType.REFERENCE_LABELS,
            DecisionRule.reference(0.5),
            "of the model set",
            RareTypes.IGNORE,
            new AnnotatedCounts(images.size(), 0, 1, Map.of()),
            List.of(),
            Optional.empty()));
  }

  private Subgroup group(String value) {
    return groups().stream().filter(group -> group.value().equals(value)).findFirst().orElseThrow();
  }

  private static double gap(Subgroup group, ClassifierFigure figure) {
    return group.gaps().get(figure).value();
  }

  /**
   * Women: all right. Men: 5 of 20 abnormal images missed, 10 of 20 normal ones called abnormal.
   */
  private void womenAndMen() {
    add(20, true, 0.9, Map.of(Attribute.SEX, "female"));
    add(20, false, 0.1, Map.of(Attribute.SEX, "female"));
    add(15, true, 0.9, Map.of(Attribute.SEX, "male"));
    add(5, true, 0.1, Map.of(Attribute.SEX, "male"));
    add(10, false, 0.9, Map.of(Attribute.SEX, "male"));
    add(10, false, 0.1, Map.of(Attribute.SEX, "male"));
  }

  @Test
  void measuresEachGroupAndItsGapToTheRest() {
    womenAndMen();
    Subgroup women = group("female");
    Subgroup men = group("male");

    assertThat(groups()).extracting(Subgroup::attribute).containsOnly(Attribute.SEX);
    assertThat(men.images()).isEqualTo(40);
    assertThat(men.abnormal()).isEqualTo(20);
    assertThat(men.measures().get(SENSITIVITY).value()).isEqualTo(0.75);
    assertThat(men.measures().get(SPECIFICITY).value()).isEqualTo(0.5);
    // Of 400 pairs 150 in order, 150 + 50 tied, 50 not.
    assertThat(men.measures().get(AUROC).value()).isCloseTo(0.625, offset(1e-12));
    assertThat(gap(men, SENSITIVITY)).isEqualTo(-0.25);
    assertThat(gap(men, SPECIFICITY)).isEqualTo(-0.5);
    assertThat(gap(men, AUROC)).isCloseTo(-0.375, offset(1e-12));
    // What the one has less, the other has more on every resample.
    for (ClassifierFigure figure : ClassifierFigure.values()) {
      Measure mens = men.gaps().get(figure);
      Measure womens = women.gaps().get(figure);
      assertThat(womens.value()).isCloseTo(-mens.value(), offset(1e-12));
      assertThat(womens.low()).isCloseTo(-mens.high(), offset(1e-12));
      assertThat(womens.high()).isCloseTo(-mens.low(), offset(1e-12));
    }
    // Women have no wrong image, so that the gap spreads as the men's sensitivity does:
    // a binomial share of 20 has a standard deviation of 0.097.
    Measure gap = men.gaps().get(SENSITIVITY);
    assertThat(gap.high() - gap.low()).isCloseTo(4 * 0.097, offset(0.06));
    assertThat(gap.high()).isNegative();
  }

  @Test
  void whatIsNotStatedIsAGroupOfItsOwnAndPartOfTheRest() {
    womenAndMen();
    add(4, true, 0.1, Map.of());

    assertThat(groups())
        .extracting(Subgroup::value)
        .containsExactly("female", "male", Subgroup.NOT_STATED);
    assertThat(group(Subgroup.NOT_STATED).images()).isEqualTo(4);
    // Without women, 15 of 24 are found.
    assertThat(gap(group("female"), SENSITIVITY)).isCloseTo(1 - 15 / 24.0, offset(1e-12));
  }

  @Test
  void aGroupOfOneClassHasNoAurocAndOneOfAllImagesNoGap() {
    add(12, true, 0.9, Map.of(Attribute.VIEW, "AP", Attribute.SEX, "female"));
    add(12, false, 0.1, Map.of(Attribute.VIEW, "lateral", Attribute.SEX, "female"));

    assertThat(group("AP").measures().get(AUROC).value()).isNaN();
    assertThat(group("AP").measures().get(SENSITIVITY).value()).isEqualTo(1);
    assertThat(gap(group("AP"), SENSITIVITY)).isNaN();
    assertThat(group("female").measures().get(AUROC).value()).isEqualTo(1);
    assertThat(gap(group("female"), AUROC)).isNaN();
  }

  @Test
  void marksSmallGroups() {
    add(10, true, 0.9, Map.of(Attribute.VIEW, "enough", Attribute.SEX, "female"));
    add(20, false, 0.1, Map.of(Attribute.VIEW, "enough", Attribute.SEX, "female"));
    add(9, true, 0.9, Map.of(Attribute.VIEW, "few abnormal"));
    add(40, false, 0.1, Map.of(Attribute.VIEW, "few abnormal"));
    add(40, true, 0.9, Map.of(Attribute.VIEW, "few normal"));
    add(9, false, 0.1, Map.of(Attribute.VIEW, "few normal"));
    add(14, true, 0.9, Map.of(Attribute.VIEW, "few"));
    add(15, false, 0.1, Map.of(Attribute.VIEW, "few"));

    assertThat(groups())
        .filteredOn(Subgroup::small)
        .extracting(Subgroup::value)
        .containsExactly("few", "few abnormal", "few normal");
  }

  @Test
  void thereAreNoneWhereNothingIsKnown() {
    add(2, true, 0.9, Map.of());
    add(2, false, 0.1, Map.of());
    assertThat(groups()).isEmpty();
  }
}
