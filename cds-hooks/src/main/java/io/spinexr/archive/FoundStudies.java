package io.spinexr.archive;

import io.spinexr.dicomweb.message.DicomWebException;
import java.util.List;
import java.util.Optional;

/**
 * What an order's patient has in the archives.
 *
 * @param studies that are the patient's without doubt
 * @param searchable whether any identifier of the patient is mapped and can be searched for
 * @param notMatched whether there are images that should be the patient's and are not
 * @param undescribed whether there are radiographs of which neither body part nor any description
 *     nor procedure code tells what they show
 * @param failure of an archive that did not answer beside others that did
 */
public record FoundStudies(
    List<FoundStudy> studies,
    boolean searchable,
    boolean notMatched,
    boolean undescribed,
    Optional<DicomWebException> failure) {
  public FoundStudies {
    studies = List.copyOf(studies);
  }
}
