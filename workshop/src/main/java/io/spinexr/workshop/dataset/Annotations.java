package io.spinexr.workshop.dataset;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an annotation file says.
 *
 * @param images whose truth is known, in the order of their first rows
 * @param studies the study of every image that the file names, by image id, in the order of their
 *     first rows; an image that is not among {@code images} has a defect
 * @param defects in the order of their lines
 */
public record Annotations(
    List<AnnotatedImage> images, Map<String, String> studies, List<Defect> defects) {
  public Annotations {
    images = List.copyOf(images);
    studies = Collections.unmodifiableMap(new LinkedHashMap<>(studies));
    defects = List.copyOf(defects);
  }
}
