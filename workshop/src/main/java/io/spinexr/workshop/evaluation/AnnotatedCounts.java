package io.spinexr.workshop.evaluation;

import io.spinexr.finding.LesionType;
import io.spinexr.workshop.dataset.AnnotatedImage;
import io.spinexr.workshop.dataset.AnnotatedLesion;
import io.spinexr.workshop.dataset.Annotations;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How much an annotation file holds, whatever of it is measured.
 *
 * @param images that it names
 * @param abnormal of these, where the truth is known
 * @param studies of these
 * @param boxes that count, of every annotated type
 */
public record AnnotatedCounts(
    int images, int abnormal, int studies, Map<LesionType, Integer> boxes) {
  public AnnotatedCounts {
    Map<LesionType, Integer> copy = new EnumMap<>(LesionType.class);
    copy.putAll(boxes);
    boxes = copy;
  }

  static AnnotatedCounts of(Annotations annotations) {
    return of(
        annotations.images(),
        annotations.studies().size(),
        new HashSet<>(annotations.studies().values()).size());
  }

  private static AnnotatedCounts of(List<AnnotatedImage> known, int images, int studies) {
    Map<LesionType, Integer> boxes = new EnumMap<>(LesionType.class);
    for (AnnotatedImage image : known) {
      for (AnnotatedLesion lesion : image.lesions()) {
        boxes.merge(lesion.type(), 1, Integer::sum);
      }
    }
    return new AnnotatedCounts(
        images, (int) known.stream().filter(AnnotatedImage::abnormal).count(), studies, boxes);
  }
}
