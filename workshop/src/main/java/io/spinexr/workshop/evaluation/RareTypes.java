package io.spinexr.workshop.evaluation;

import io.spinexr.finding.LesionType;
import io.spinexr.workshop.dataset.AnnotatedLesion;
import java.util.List;
import java.util.Optional;

/** What becomes of annotated lesions of types that a detector does not know. */
public enum RareTypes {
  /** They count as {@link LesionType#OTHER_LESIONS}, as in the paper (section 2.1). */
  OTHER("count as other lesions, as in the paper"),
  /** They do not count, as in the reference implementation; their images stay abnormal. */
  IGNORE("do not count, as in the reference implementation");

  private final String display;

  RareTypes(String display) {
    this.display = display;
  }

  /** What becomes of them, in words after "they". */
  public String display() {
    return display;
  }

  /** The lesions that count, as what they count. */
  List<AnnotatedLesion> measured(List<AnnotatedLesion> lesions, List<LesionType> known) {
    return lesions.stream()
        .flatMap(
            lesion ->
                of(lesion.type(), known)
                    .map(type -> new AnnotatedLesion(type, lesion.box(), lesion.annotator()))
                    .stream())
        .toList();
  }

  private Optional<LesionType> of(LesionType type, List<LesionType> known) {
    if (known.contains(type)) {
      return Optional.of(type);
    }
    return this == OTHER && known.contains(LesionType.OTHER_LESIONS)
        ? Optional.of(LesionType.OTHER_LESIONS)
        : Optional.empty();
  }
}
