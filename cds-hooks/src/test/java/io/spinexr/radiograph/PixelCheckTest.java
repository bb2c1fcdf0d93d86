package io.spinexr.radiograph;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.inference.CheckedImage;
import io.spinexr.inference.folder.ModelManifest.Limits;
import io.spinexr.scope.ImageFacts;
import io.spinexr.scope.Species;
import io.spinexr.scope.View;
import io.spinexr.study.SpineRegion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PixelCheckTest {
  private static final Limits LIMITS = new Limits(0.4, 30, 0.8, 0.9);
  private static final List<Double> UPRIGHT = List.of(0.97, 0.01, 0.01, 0.01);
  private static final List<Double> LUMBAR = List.of(0.02, 0.03, 0.95);
  private static final List<Double> SIDE = List.of(0.05, 0.95);

  private static ImageFacts stated(SpineRegion region, View view) {
    return new ImageFacts(
        Set.of(),
        Optional.ofNullable(region),
        false,
        Optional.ofNullable(view),
        Optional.empty(),
        false,
        Species.HUMAN,
        Optional.empty());
  }

  private static PixelCheck.Look look(CheckedImage seen, ImageFacts stated) {
    return PixelCheck.of(
        seen,
        LIMITS,
        List.of(SpineRegion.CERVICAL, SpineRegion.THORACIC, SpineRegion.LUMBAR),
        stated);
  }

  private static Optional<String> contradiction(CheckedImage seen) {
    return look(seen, stated(SpineRegion.LUMBAR, View.LATERAL)).contradiction();
  }

  private static List<ImageWarning> doubts(SpineRegion region, View view) {
    return look(new CheckedImage(1, UPRIGHT, LUMBAR, SIDE, 3), stated(region, view)).doubts();
  }

  @Test
  void letsThroughWhatLiesOnTheLimits() {
    assertThat(
            contradiction(new CheckedImage(0.4, List.of(0.21, 0.79, 0.0, 0.0), LUMBAR, SIDE, 30)))
        .isEmpty();
  }

  @Test
  void namesTheLimitThatIsMissed() {
    assertThat(contradiction(new CheckedImage(0.3999, UPRIGHT, LUMBAR, SIDE, 3)))
        .contains(
            "it does not look like a radiograph of the spine (probability 0.400, at least 0.400"
                + " is wanted)");
    assertThat(contradiction(new CheckedImage(1, UPRIGHT, LUMBAR, SIDE, 30.2)))
        .contains(
            "it looks unlike all images that the model set was trained on (distance 30.2, at most"
                + " 30.0 is allowed)");
    assertThat(contradiction(new CheckedImage(1, List.of(0.1, 0.05, 0.05, 0.8), LUMBAR, SIDE, 3)))
        .contains(
            "it looks turned clockwise by 270 degrees (probability 0.800, below 0.800 is wanted)");
  }

  @Test
  void whichWayItIsTurnedIsOfMoreUseThanHowFarItIs() {
    assertThat(contradiction(new CheckedImage(1, List.of(0.0, 0.0, 1.0, 0.0), LUMBAR, SIDE, 99)))
        .hasValueSatisfying(reason -> assertThat(reason).contains("turned clockwise by 180"));
  }

  @Test
  void doubtsAHeaderThatNamesAnotherRegion() {
    assertThat(doubts(SpineRegion.CERVICAL, View.LATERAL))
        .containsExactly(
            new ImageWarning(
                Code.REGION_CONTRADICTS,
                "the header says that it shows the cervical spine, but it looks like the lumbar"
                    + " spine (probability 0.950)"));
    assertThat(doubts(SpineRegion.LUMBOSACRAL, View.LATERAL)).isEmpty();
    assertThat(doubts(SpineRegion.SPINE, View.LATERAL)).isEmpty();
    assertThat(doubts(null, View.LATERAL)).isEmpty();
  }

  @Test
  void doubtsAHeaderThatNamesAnotherView() {
    assertThat(doubts(SpineRegion.LUMBAR, View.PA))
        .containsExactly(
            new ImageWarning(
                Code.VIEW_CONTRADICTS,
                "the header says that its view is PA, but it looks as if taken from the side"
                    + " (probability 0.950)"));
    assertThat(doubts(SpineRegion.LUMBAR, View.OBLIQUE)).isEmpty();
    assertThat(doubts(SpineRegion.LUMBAR, null)).isEmpty();
  }

  @Test
  void doubtsNothingOfWhichTheNetworkIsNotSure() {
    CheckedImage unsure =
        new CheckedImage(1, UPRIGHT, List.of(0.06, 0.05, 0.89), List.of(0.11, 0.89), 3);
    assertThat(look(unsure, stated(SpineRegion.CERVICAL, View.AP)).doubts()).isEmpty();
  }

  @Test
  void passesAContradictionOverWithAWarning() {
    PixelCheck.Look look =
        look(new CheckedImage(0, UPRIGHT, LUMBAR, SIDE, 3), stated(SpineRegion.LUMBAR, View.AP));
    assertThat(look.warningsIgnoringScope())
        .extracting(ImageWarning::code)
        .containsExactly(Code.SCOPE_IGNORED, Code.VIEW_CONTRADICTS);
  }
}
