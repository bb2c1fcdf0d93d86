package io.spinexr.radiograph;

import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.CheckedImage;
import io.spinexr.inference.ImageCheck;
import io.spinexr.inference.folder.ModelManifest.Limits;
import io.spinexr.scope.ImageFacts;
import io.spinexr.scope.Scope;
import io.spinexr.scope.View;
import io.spinexr.study.SpineRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether an image is what a model set is made for, by its pixels. */
final class PixelCheck {
  /** Degrees between the orientations that a network tells apart. */
  private static final int QUARTER = 90;

  private final ImageCheck check;

  PixelCheck(ImageCheck check) {
    this.check = check;
  }

  /**
   * What a look at an image tells.
   *
   * @param contradiction why it is none of the set's, as a clause without personal data
   * @param doubts where it looks other than its header says
   */
  record Look(Optional<String> contradiction, List<ImageWarning> doubts) {
    Look {
      doubts = List.copyOf(doubts);
    }

    /** The doubts, and the contradiction if it is to be passed over. */
    List<ImageWarning> warningsIgnoringScope() {
      List<ImageWarning> warnings =
          new ArrayList<>(
              new Scope.Standing(contradiction, Optional.empty()).warningsIgnoringScope());
      warnings.addAll(doubts);
      return warnings;
    }
  }

  /**
   * Looks at an image.
   *
   * @param image as the networks start from it
   * @param stated what its header says it shows
   * @throws io.spinexr.inference.folder.ModelException if the network fails
   */
  Look of(GrayscaleImage image, ImageFacts stated) {
    return of(check.check(image), check.limits(), check.regions(), stated);
  }

  /** What follows from what a network says. */
  static Look of(CheckedImage seen, Limits limits, List<SpineRegion> regions, ImageFacts stated) {
    List<ImageWarning> doubts = new ArrayList<>();
    regionDoubt(seen, limits, regions, stated).ifPresent(doubts::add);
    viewDoubt(seen, limits, stated).ifPresent(doubts::add);
    return new Look(contradiction(seen, limits), doubts);
  }

  private static Optional<String> contradiction(CheckedImage seen, Limits limits) {
    if (!seen.showsSpine(limits)) {
      return Optional.of(
          words(
              "it does not look like a radiograph of the spine (probability %.3f, at least %.3f is"
                  + " wanted)",
              seen.spine(), limits.spine()));
    }
    if (!seen.isUpright(limits)) {
      return Optional.of(
          words(
              "it looks turned clockwise by %d degrees (probability %.3f, below %.3f is wanted)",
              seen.turn() * QUARTER, seen.turned(), limits.turned()));
    }
    return seen.isFamiliar(limits)
        ? Optional.empty()
        : Optional.of(
            words(
                "it looks unlike all images that the model set was trained on (distance %.1f, at"
                    + " most %.1f is allowed)",
                seen.distance(), limits.distance()));
  }

  private static Optional<ImageWarning> regionDoubt(
      CheckedImage seen, Limits limits, List<SpineRegion> regions, ImageFacts stated) {
    int best = CheckedImage.best(seen.region());
    double probability = seen.region().get(best);
    return stated
        .region()
        .filter(header -> probability >= limits.doubt() && !regions.get(best).overlaps(header))
        .map(
            header ->
                new ImageWarning(
                    Code.REGION_CONTRADICTS,
                    words(
                        "the header says that it shows the %s, but it looks like the %s"
                            + " (probability %.3f)",
                        header.display(), regions.get(best).display(), probability)));
  }

  private static Optional<ImageWarning> viewDoubt(
      CheckedImage seen, Limits limits, ImageFacts stated) {
    int best = CheckedImage.best(seen.view());
    double probability = seen.view().get(best);
    boolean side = best == 1;
    return stated
        .view()
        .filter(header -> header != View.OBLIQUE)
        .filter(header -> probability >= limits.doubt() && side != (header == View.LATERAL))
        .map(
            header ->
                new ImageWarning(
                    Code.VIEW_CONTRADICTS,
                    words(
                        "the header says that its view is %s, but it looks as if taken from the %s"
                            + " (probability %.3f)",
                        header.display(), side ? "side" : "front or the back", probability)));
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
