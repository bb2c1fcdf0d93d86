package io.spinexr.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.study.SpineRegion;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeTest {
  /** Frontal views of the lumbar spine of working age. */
  private static final Scope NARROW =
      new Scope(
          18,
          65,
          Set.of(SpineRegion.LUMBAR),
          Set.of(View.AP, View.PA),
          Set.of("DX", "CR"),
          Species.HUMAN,
          128);

  private static final ImageFacts INSIDE = facts(Set.of(40), "DX", 128);

  private static ImageFacts facts(Set<Integer> ages, String modality, int size) {
    return new ImageFacts(
        ages,
        Optional.of(SpineRegion.LUMBAR),
        false,
        Optional.of(View.AP),
        Optional.of(modality),
        false,
        Species.HUMAN,
        Optional.of(size));
  }

  private static ImageFacts showing(SpineRegion region, View view) {
    return new ImageFacts(
        INSIDE.ages(),
        Optional.of(region),
        false,
        Optional.of(view),
        INSIDE.modality(),
        false,
        Species.HUMAN,
        INSIDE.size());
  }

  private static ImageFacts odd(boolean elsewhere, boolean capture, Species species) {
    return new ImageFacts(
        INSIDE.ages(),
        elsewhere ? Optional.empty() : INSIDE.region(),
        elsewhere,
        INSIDE.view(),
        INSIDE.modality(),
        capture,
        species,
        INSIDE.size());
  }

  private static void assertOutside(ImageFacts image, String reason) {
    assertThat(NARROW.of(image).contradiction())
        .hasValueSatisfying(r -> assertThat(r).contains(reason));
    assertThat(NARROW.of(image).doubt()).isEmpty();
  }

  @Test
  void takesAnImageThatIsWhatTheSetIsMadeFor() {
    assertThat(NARROW.of(INSIDE)).isEqualTo(new Scope.Standing(Optional.empty(), Optional.empty()));
    assertThat(NARROW.of(facts(Set.of(18), "CR", 5000)).contradiction()).isEmpty();
    assertThat(NARROW.of(facts(Set.of(65), "CR", 5000)).contradiction()).isEmpty();
    assertThat(NARROW.of(showing(SpineRegion.LUMBOSACRAL, View.PA)).contradiction()).isEmpty();
  }

  @Test
  void refusesByWhatContradictsTheScope() {
    assertOutside(facts(Set.of(17), "DX", 128), "the patient was younger than 18 years");
    assertOutside(facts(Set.of(66), "DX", 128), "the patient was older than 65 years");
    assertOutside(
        facts(Set.of(40), "CT", 128), "its modality is CT; the model set is made for CR and DX");
    assertOutside(facts(Set.of(40), "DX", 127), "its shorter edge has 127 pixels");
    assertOutside(
        showing(SpineRegion.CERVICAL, View.AP),
        "it shows the cervical spine; the model set is made for the lumbar spine");
    assertOutside(
        showing(SpineRegion.LUMBAR, View.LATERAL),
        "its view is lateral; the model set is made for AP and PA");
    assertOutside(odd(true, false, Species.HUMAN), "a part of the body other than the spine");
    assertOutside(odd(false, true, Species.HUMAN), "it is a secondary capture");
    assertOutside(odd(false, false, Species.ANIMAL), "an animal; the model set is made for humans");
  }

  @Test
  void neverTellsThePatientsAge() {
    assertThat(NARROW.of(facts(Set.of(7), "DX", 128)).contradiction().orElseThrow())
        .doesNotContain("7");
    assertThat(facts(Set.of(7), "DX", 128).toString()).isEqualTo("ImageFacts");
  }

  @Test
  void onlyWarnsOnceOfAllThatIsNotStated() {
    ImageFacts silent =
        new ImageFacts(
            Set.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            false,
            Species.HUMAN,
            Optional.empty());

    Scope.Standing standing = NARROW.of(silent);

    assertThat(standing.contradiction()).isEmpty();
    assertThat(standing.doubt()).map(ImageWarning::code).contains(Code.SCOPE_NOT_STATED);
    assertThat(standing.doubt().orElseThrow().text())
        .startsWith(
            "the header does not clearly state the patient's age, the part of the body, the view"
                + " and the modality:");
  }

  @Test
  void asksForNothingThatTheScopeLeavesOpen() {
    Scope open =
        new Scope(
            0,
            Scope.OLDEST,
            Set.of(SpineRegion.SPINE),
            Set.of(View.values()),
            Set.of("DX"),
            Species.HUMAN,
            1);
    ImageFacts bare =
        new ImageFacts(
            Set.of(),
            Optional.of(SpineRegion.SPINE),
            false,
            Optional.empty(),
            Optional.of("DX"),
            false,
            Species.HUMAN,
            Optional.empty());

    assertThat(open.of(bare).doubt()).isEmpty();
  }

  @Test
  void takesAgesThatDisagreeForNone() {
    Scope.Standing standing = NARROW.of(facts(Set.of(4, 40), "DX", 128));

    assertThat(standing.contradiction()).isEmpty();
    assertThat(standing.doubt().orElseThrow().text()).contains("the patient's age");
    assertOutside(facts(Set.of(4, 5), "DX", 128), "younger than 18");
  }

  @Test
  void takesOtherForNoModalityInParticular() {
    Scope.Standing standing = NARROW.of(facts(Set.of(40), "OT", 128));

    assertThat(standing.contradiction()).isEmpty();
    assertThat(standing.doubt().orElseThrow().text()).contains("the modality");
  }

  @Test
  void warnsOfWhatIsAnalysedAllTheSame() {
    assertThat(NARROW.of(facts(Set.of(4), "DX", 128)).warningsIgnoringScope())
        .extracting(ImageWarning::code)
        .containsExactly(Code.SCOPE_IGNORED);
    assertThat(NARROW.of(INSIDE).warningsIgnoringScope()).isEmpty();
  }

  @Test
  void isMadeForAdultsSpinesWhereNothingIsDeclared() {
    assertThat(Scope.DEFAULT.of(facts(Set.of(17), "DX", 500)).contradiction()).isPresent();
    assertThat(Scope.DEFAULT.of(facts(Set.of(101), "RF", 500)).contradiction()).isEmpty();
    assertThat(Scope.DEFAULT.of(showing(SpineRegion.CERVICAL, View.OBLIQUE)).contradiction())
        .isEmpty();
    assertThat(Scope.DEFAULT.of(facts(Set.of(40), "DX", 32)).contradiction()).isPresent();
  }

  @Test
  void refusesAScopeThatNothingFits() {
    assertThatThrownBy(
            () ->
                new Scope(
                    60,
                    50,
                    NARROW.regions(),
                    NARROW.views(),
                    NARROW.modalities(),
                    Species.HUMAN,
                    1))
        .hasMessageContaining("60 to 50");
    assertThatThrownBy(
            () ->
                new Scope(0, 150, Set.of(), NARROW.views(), NARROW.modalities(), Species.HUMAN, 1))
        .hasMessageContaining("must not be empty");
    assertThatThrownBy(
            () ->
                new Scope(
                    0,
                    150,
                    NARROW.regions(),
                    NARROW.views(),
                    NARROW.modalities(),
                    Species.HUMAN,
                    0))
        .hasMessageContaining("minimumSize");
  }
}
