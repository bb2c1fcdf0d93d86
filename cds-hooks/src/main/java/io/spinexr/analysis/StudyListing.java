package io.spinexr.analysis;

import io.spinexr.analysis.ArchivePatient.Relation;
import java.util.Optional;

/** Asks the archive for one study: which radiographs it holds, and which of them count. */
final class StudyListing {
  private final ImageSearch search;
  private final RejectionNotes notes;

  StudyListing(ImageSearch search, RejectionNotes notes) {
    this.search = search;
    this.notes = notes;
  }

  /**
   * Empty if the archive does not list the study.
   *
   * @throws GiveUpException if it is not the patient's
   * @throws io.spinexr.dicomweb.DicomWebException if the archive does not answer as it should
   */
  Optional<ListedStudy> of(String studyUid, ArchivePatient patient) {
    Optional<ImageSearch.Contents> found = search.contents(studyUid);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ImageSearch.Contents contents = found.get();
    if (patient.relationTo(contents.study()) != Relation.SAME) {
      throw GiveUpException.notMatched();
    }
    return Optional.of(new ListedStudy(contents, notes.read(contents.keyObjects(), patient)));
  }
}
