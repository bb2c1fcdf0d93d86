package io.spinexr.archive;

import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.ArchivePatient.Relation;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.Copy;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.archive.study.RejectionNotes;
import io.spinexr.archive.study.StudyContents;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks one archive for one study: which radiographs it holds, and which of them count. */
final class StudyListing {
  private final ImageSearch search;
  private final RejectionNotes notes;

  StudyListing(ImageSearch search) {
    this.search = search;
    this.notes = new RejectionNotes(search.archive());
  }

  /**
   * Empty if the archive does not list the study.
   *
   * @param candidates as whom the patient may be known there
   * @throws NotThePatientsException if it is of none of them
   * @throws io.spinexr.dicomweb.message.DicomWebException if the archive does not answer as it
   *     should
   */
  Optional<ListedStudy> of(String studyUid, List<ArchivePatient> candidates) {
    return search.contents(studyUid).map(contents -> listed(contents, candidates));
  }

  private ListedStudy listed(StudyContents contents, List<ArchivePatient> candidates) {
    ArchivePatient patient =
        candidates.stream()
            .filter(candidate -> candidate.relationTo(contents.study()) == Relation.SAME)
            .findFirst()
            .orElseThrow(NotThePatientsException::new);
    Archive archive = search.archive();
    Map<String, List<Copy>> copies =
        contents
            .radiographs()
            .map(id -> new Copy(archive, patient, id))
            .collect(Collectors.groupingBy(copy -> copy.id().sopInstanceUid()));
    return new ListedStudy(
        contents, notes.read(contents.keyObjects(), patient), copies, List.of(archive.publicUrl()));
  }
}
