package io.spinexr.scope;

import io.spinexr.study.SpineRegion;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is stated of an image, as far as it decides whether a model set is made for it.
 *
 * @param ages of the patient at the examination in completed years, as each source states it
 * @param region of the spine that the image shows; empty if nothing says that it shows the spine
 * @param elsewhere whether a part of the body other than the spine is what it shows
 * @param otherCapture whether it is a screenshot, a scanned form or a drawing
 * @param modality DICOM Modality (0008,0060)
 * @param size of the shorter edge in pixels; empty if it is not stated
 */
public record ImageFacts(
    Set<Integer> ages,
    Optional<SpineRegion> region,
    boolean elsewhere,
    Optional<View> view,
    Optional<String> modality,
    boolean otherCapture,
    Species species,
    Optional<Integer> size) {
  public ImageFacts {
    ages = Set.copyOf(ages);
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(view, "view");
    Objects.requireNonNull(modality, "modality");
    Objects.requireNonNull(species, "species");
    Objects.requireNonNull(size, "size");
  }

  /** Without what is stated of the patient. */
  @Override
  public String toString() {
    return "ImageFacts";
  }
}
