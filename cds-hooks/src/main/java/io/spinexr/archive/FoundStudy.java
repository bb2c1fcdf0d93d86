package io.spinexr.archive;

import io.spinexr.archive.patient.ArchivePatient;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A study of an order's patient in the archive.
 *
 * @param patient as whom the study was matched
 * @param instances of the whole study
 * @param radiographs those in series of spine radiographs; 0 when the study shows something else
 * @param date of the place where it was made
 * @param offset of that place from UTC, if the archive tells
 * @param description may be empty
 */
public record FoundStudy(
    String studyUid,
    ArchivePatient patient,
    int instances,
    int radiographs,
    StudyNumbers numbers,
    Optional<LocalDate> date,
    Optional<ZoneOffset> offset,
    String description) {
  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "FoundStudy[" + studyUid + "]";
  }
}
