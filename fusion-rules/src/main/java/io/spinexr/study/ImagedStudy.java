package io.spinexr.study;

import io.spinexr.finding.ImageId;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A radiography study as the archive describes it.
 *
 * @param description StudyDescription; may be empty
 * @param series those that are known, analysed or not
 * @param rejected SOP instance UIDs of images that the archive's rejection notes take back
 * @param archives DICOMweb roots of the archives that hold it, as people reach them; {@code
 *     /studies/<UID>} completes each; empty if that is not known
 */
public record ImagedStudy(
    String studyUid,
    Optional<String> accessionNumber,
    Optional<StudyStart> started,
    String description,
    SpineRegion region,
    List<ImagedSeries> series,
    Set<String> rejected,
    List<URI> archives) {
  public ImagedStudy {
    ImageId.requireUid("StudyInstanceUID", studyUid);
    Objects.requireNonNull(accessionNumber, "accessionNumber");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(region, "region");
    series = List.copyOf(series);
    rejected = Set.copyOf(rejected);
    archives = List.copyOf(archives);
    rejected.forEach(uid -> ImageId.requireUid("SOPInstanceUID", uid));
  }

  /** A study without rejected images, wherever it is. */
  public ImagedStudy(
      String studyUid,
      Optional<String> accessionNumber,
      Optional<StudyStart> started,
      String description,
      SpineRegion region,
      List<ImagedSeries> series) {
    this(studyUid, accessionNumber, started, description, region, series, Set.of(), List.of());
  }

  /** Without accession number and description, which may tell who it is. */
  @Override
  public String toString() {
    return "ImagedStudy[" + studyUid + ", " + series.size() + " series]";
  }
}
