package io.spinexr.scope;

import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.finding.ModelSet;
import io.spinexr.study.SpineRegion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * The images that a model set is made for. Only what is stated and contradicts it puts an image
 * outside; what is not stated is a doubt.
 *
 * @param minimumAge of the patient at the examination, in completed years from 0 to 150
 * @param maximumAge the same, inclusive
 * @param regions of the spine
 * @param modalities DICOM Modality (0008,0060) of its radiographs (PS3.3 C.7.3.1.1.1)
 * @param minimumSize of an image's shorter edge in pixels, at least 1
 */
public record Scope(
    int minimumAge,
    int maximumAge,
    Set<SpineRegion> regions,
    Set<View> views,
    Set<String> modalities,
    Species species,
    int minimumSize) {
  /** An age that nobody exceeds. */
  public static final int OLDEST = 150;

  /** The scope of a set that declares none: radiographs of adults' spines. */
  public static final Scope DEFAULT =
      new Scope(
          18,
          OLDEST,
          EnumSet.of(SpineRegion.SPINE),
          EnumSet.allOf(View.class),
          Set.of("CR", "DX", "DR", "RF", "RG"),
          Species.HUMAN,
          64);

  private static final ImageWarning NOT_CHECKED_ON_IMAGE =
      new ImageWarning(
          Code.SCOPE_NOT_CHECKED,
          "scope not checked on the image: that the model set is made for such an image is told by"
              + " the header alone");

  /** The modality that stands for none in particular (PS3.3 C.7.3.1.1.1). */
  private static final String OTHER = "OT";

  public Scope {
    regions = Set.copyOf(regions);
    views = Set.copyOf(views);
    modalities = Set.copyOf(modalities);
    Objects.requireNonNull(species, "species");
    if (minimumAge < 0 || maximumAge < minimumAge || maximumAge > OLDEST) {
      throw new IllegalArgumentException(
          "ages must be from 0 to %d years, the minimum first, but are %d to %d"
              .formatted(OLDEST, minimumAge, maximumAge));
    }
    if (regions.isEmpty() || views.isEmpty() || modalities.isEmpty()) {
      throw new IllegalArgumentException("regions, views and modalities must not be empty");
    }
    if (minimumSize < 1) {
      throw new IllegalArgumentException(
          "minimumSize must be at least 1 pixel, but is " + minimumSize);
    }
  }

  /**
   * How an image stands to the scope.
   *
   * @param contradiction what puts it outside, as a clause without personal data
   * @param doubt what is not stated of it
   */
  public record Standing(Optional<String> contradiction, Optional<ImageWarning> doubt) {
    /** The doubt, and the contradiction if it is to be passed over. */
    public List<ImageWarning> warningsIgnoringScope() {
      List<ImageWarning> warnings = new ArrayList<>();
      contradiction
          .map(reason -> "analysed though outside what the AI is made for: " + reason)
          .ifPresent(text -> warnings.add(new ImageWarning(Code.SCOPE_IGNORED, text)));
      doubt.ifPresent(warnings::add);
      return warnings;
    }
  }

  /** What stands in every result of a set that does not look at the pixels themselves. */
  public static Optional<ImageWarning> notChecked(ModelSet set) {
    return set.checksImages() ? Optional.empty() : Optional.of(NOT_CHECKED_ON_IMAGE);
  }

  /** Holds what is stated of an image against the scope. */
  public Standing of(ImageFacts image) {
    return new Standing(
        contradictions(image).stream().findFirst(),
        Optional.of(unstated(image)).filter(missing -> !missing.isEmpty()).map(Scope::doubt));
  }

  private List<String> contradictions(ImageFacts image) {
    List<String> reasons = new ArrayList<>();
    if (image.species() != species) {
      reasons.add(
          "the header says that it shows %s; the model set is made for %s"
              .formatted(
                  image.species() == Species.ANIMAL ? "an animal" : "a human", species.display()));
    }
    if (image.otherCapture()) {
      reasons.add(
          "it is a secondary capture, such as a screenshot or a scanned form, and no radiograph");
    }
    statedModality(image)
        .filter(modality -> !modalities.contains(modality))
        .ifPresent(
            modality ->
                reasons.add(
                    "its modality is %s; the model set is made for %s"
                        .formatted(modality, list(new TreeSet<>(modalities), text -> text))));
    if (image.elsewhere()) {
      reasons.add("it shows a part of the body other than the spine");
    }
    image
        .region()
        .filter(region -> regions.stream().noneMatch(region::overlaps))
        .ifPresent(
            region ->
                reasons.add(
                    "it shows the %s; the model set is made for the %s"
                        .formatted(
                            region.display(), list(new TreeSet<>(regions), SpineRegion::display))));
    if (all(image, age -> age < minimumAge)) {
      reasons.add(
          "the patient was younger than %1$d years at the examination; the model set is made for patients from %1$d years on"
              .formatted(minimumAge));
    }
    if (all(image, age -> age > maximumAge)) {
      reasons.add(
          "the patient was older than %1$d years at the examination; the model set is made for patients up to %1$d years"
              .formatted(maximumAge));
    }
    image
        .view()
        .filter(view -> !views.contains(view))
        .ifPresent(
            view ->
                reasons.add(
                    "its view is %s; the model set is made for %s"
                        .formatted(view.display(), list(new TreeSet<>(views), View::display))));
    image
        .size()
        .filter(size -> size < minimumSize)
        .ifPresent(
            size ->
                reasons.add(
                    "its shorter edge has %d pixels; the model set is made for images from %d pixels on"
                        .formatted(size, minimumSize)));
    return reasons;
  }

  private static Optional<String> statedModality(ImageFacts image) {
    return image.modality().filter(modality -> !modality.equals(OTHER));
  }

  private static boolean all(ImageFacts image, IntPredicate outside) {
    return !image.ages().isEmpty() && image.ages().stream().allMatch(outside::test);
  }

  /** Sources that disagree on whether the patient's age is within the scope state nothing. */
  private List<String> unstated(ImageFacts image) {
    List<String> missing = new ArrayList<>();
    boolean anyAge = minimumAge == 0 && maximumAge == OLDEST;
    boolean ageStated =
        all(image, age -> age < minimumAge)
            || all(image, age -> age > maximumAge)
            || all(image, age -> age >= minimumAge && age <= maximumAge);
    if (!anyAge && !ageStated) {
      missing.add("the patient's age");
    }
    if (image.region().isEmpty() && !image.elsewhere()) {
      missing.add("the part of the body");
    }
    if (views.size() < View.values().length && image.view().isEmpty()) {
      missing.add("the view");
    }
    if (statedModality(image).isEmpty()) {
      missing.add("the modality");
    }
    return missing;
  }

  private static ImageWarning doubt(List<String> missing) {
    return new ImageWarning(
        Code.SCOPE_NOT_STATED,
        "the header does not clearly state %s: whether the model set is made for such an image is not certain"
            .formatted(list(missing, text -> text)));
  }

  private static <T> String list(Collection<T> items, Function<T, String> words) {
    List<String> texts = items.stream().map(words).toList();
    int last = texts.size() - 1;
    return last == 0
        ? texts.get(0)
        : texts.stream().limit(last).collect(Collectors.joining(", ")) + " and " + texts.get(last);
  }
}
