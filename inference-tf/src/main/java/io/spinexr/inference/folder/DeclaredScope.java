package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.spinexr.scope.Scope;
import io.spinexr.scope.Species;
import io.spinexr.scope.View;
import io.spinexr.study.SpineRegion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Field {@code scope} of {@code model-set.json}. What it leaves out is as in {@link Scope#DEFAULT}.
 *
 * @param minimumAge of the patient in completed years
 * @param maximumAge the same, inclusive
 * @param regions e.g. {@code lumbar}; {@code spine} for all of it
 * @param views of {@code ap}, {@code pa}, {@code lateral} and {@code oblique}
 * @param modalities DICOM Modality, e.g. {@code DX}
 * @param species {@code human} or {@code animal}
 * @param minimumSize of an image's shorter edge in pixels
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeclaredScope(
    @Nullable Integer minimumAge,
    @Nullable Integer maximumAge,
    @Nullable List<String> regions,
    @Nullable List<String> views,
    @Nullable List<String> modalities,
    @Nullable String species,
    @Nullable Integer minimumSize) {
  public DeclaredScope {
    scope(minimumAge, maximumAge, regions, views, modalities, species, minimumSize);
  }

  Scope scope() {
    return scope(minimumAge, maximumAge, regions, views, modalities, species, minimumSize);
  }

  private static Scope scope(
      @Nullable Integer minimumAge,
      @Nullable Integer maximumAge,
      @Nullable List<String> regions,
      @Nullable List<String> views,
      @Nullable List<String> modalities,
      @Nullable String species,
      @Nullable Integer minimumSize) {
    Scope rest = Scope.DEFAULT;
    return new Scope(
        minimumAge == null ? rest.minimumAge() : minimumAge,
        maximumAge == null ? rest.maximumAge() : maximumAge,
        regions == null ? rest.regions() : named("regions", SpineRegion.values(), regions),
        views == null ? rest.views() : named("views", View.values(), views),
        modalities == null ? rest.modalities() : Set.copyOf(modalities),
        species == null ? rest.species() : named("species", Species.values(), species),
        minimumSize == null ? rest.minimumSize() : minimumSize);
  }

  private static <E extends Enum<E>> Set<E> named(String field, E[] values, List<String> words) {
    return words.stream()
        .map(word -> named(field, values, word))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static <E extends Enum<E>> E named(String field, E[] values, String word) {
    return Arrays.stream(values)
        .filter(value -> word(value).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s of the scope must be of %s, but is %s"
                        .formatted(
                            field,
                            Arrays.stream(values)
                                .map(DeclaredScope::word)
                                .collect(Collectors.joining(", ")),
                            word)));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
