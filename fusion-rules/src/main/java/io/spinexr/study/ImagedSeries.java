package io.spinexr.study;

import io.spinexr.finding.ImageId;
import java.util.List;
import java.util.Objects;

/**
 * One series of a study.
 *
 * @param modality DICOM Modality: {@code CR}, {@code DX}, ...
 * @param description SeriesDescription; may be empty
 */
public record ImagedSeries(
    String seriesUid, String modality, String description, List<ImagedInstance> instances) {
  public ImagedSeries {
    ImageId.requireUid("SeriesInstanceUID", seriesUid);
    Objects.requireNonNull(modality, "modality");
    Objects.requireNonNull(description, "description");
    instances = List.copyOf(instances);
  }
}
