package io.spinexr.analysis;

import java.time.LocalDate;
import java.util.Optional;

/**
 * A study of an order's patient in the archive.
 *
 * @param patient as whom the study was matched
 * @param instances of the whole study
 * @param radiographs those in series of spine radiographs; 0 when the study shows something else
 * @param description may be empty
 */
record FoundStudy(
    String studyUid,
    ArchivePatient patient,
    int instances,
    int radiographs,
    Optional<String> accessionNumber,
    Optional<LocalDate> date,
    String description) {
  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "FoundStudy[" + studyUid + "]";
  }
}
