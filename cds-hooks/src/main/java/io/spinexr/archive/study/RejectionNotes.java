package io.spinexr.archive.study;

import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.ArchivePatient.Relation;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.finding.ImageId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads which images of a study the archive's rejection notes take back. */
public final class RejectionNotes {
  private static final Logger LOG = LoggerFactory.getLogger(RejectionNotes.class);

  private final Archive archive;

  public RejectionNotes(Archive archive) {
    this.archive = archive;
  }

  /**
   * A document that is damaged, another patient's, or about other studies changes nothing.
   *
   * @param documents the study's Key Object Selection documents
   * @return the gravest reason by SOP instance UID
   * @throws DicomWebException if the archive fails to send one: it might be a rejection
   */
  public Map<String, Rejection> read(List<ImageId> documents, ArchivePatient patient) {
    Map<String, Rejection> rejected = new HashMap<>();
    for (ImageId document : documents) {
      note(document, patient)
          .ifPresent(
              note ->
                  note.instances()
                      .forEach(uid -> rejected.merge(uid, note.reason(), Rejection::graver)));
    }
    return rejected;
  }

  private Optional<RejectionNote> note(ImageId id, ArchivePatient patient) {
    try {
      DataSet document = archive.ask(client -> client.retrieveInstance(id)).dataSet();
      Optional<RejectionNote> note = RejectionNote.of(document, id.studyUid());
      if (note.isEmpty()) {
        return note;
      }
      if (patient.relationTo(document) != Relation.SAME) {
        ignored(id, "it is another patient's");
        return Optional.empty();
      }
      if (note.get().instances().isEmpty()) {
        ignored(id, "it names no image of its study");
      }
      return note;
    } catch (DicomException e) {
      ignored(id, e.getMessage());
    } catch (DicomWebException e) {
      if (e.kind().passing()) {
        throw e;
      }
      ignored(id, e.getMessage());
    }
    return Optional.empty();
  }

  private static void ignored(ImageId id, String reason) {
    LOG.warn("a key object document of study {} is ignored: {}", id.studyUid(), reason);
  }
}
