package io.spinexr.workshop.dataset;

import java.util.List;
import java.util.Objects;

/**
 * What an annotator says about one image of a data set.
 *
 * @param imageId the image's file name without its extension
 * @param abnormal whether no row of the image says "No finding"; an abnormal image may be without
 *     boxes
 * @param lesions in the order of the rows
 */
public record AnnotatedImage(
    String studyId,
    String seriesId,
    String imageId,
    boolean abnormal,
    List<AnnotatedLesion> lesions) {
  public AnnotatedImage {
    Objects.requireNonNull(studyId, "studyId");
    Objects.requireNonNull(seriesId, "seriesId");
    if (imageId.isBlank()) {
      throw new IllegalArgumentException("imageId must not be blank");
    }
    lesions = List.copyOf(lesions);
  }
}
