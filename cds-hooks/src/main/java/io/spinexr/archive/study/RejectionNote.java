package io.spinexr.archive.study;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Key Object Selection document that takes images of its study back (IHE IOCM).
 *
 * @param instances SOP instance UIDs; empty if it names images of other studies only
 */
public record RejectionNote(Rejection reason, Set<String> instances) {
  /** Key Object Selection Document Storage. */
  public static final String SOP_CLASS = "1.2.840.10008.5.1.4.1.1.88.59";

  /**
   * Empty if the document is of another kind or rejects for no reason that counts.
   *
   * @throws DicomException if it is damaged
   */
  static Optional<RejectionNote> of(DataSet document, String studyUid) {
    return Optional.of(document)
        .filter(note -> note.string(Tag.SOPClassUID).filter(SOP_CLASS::equals).isPresent())
        .flatMap(RejectionNote::reason)
        .map(reason -> new RejectionNote(reason, instances(document, studyUid)));
  }

  private static Optional<Rejection> reason(DataSet document) {
    return document.sequence(Tag.ConceptNameCodeSequence).stream()
        .filter(title -> title.string(Tag.CodingSchemeDesignator).filter("DCM"::equals).isPresent())
        .findFirst()
        .flatMap(title -> title.string(Tag.CodeValue))
        .flatMap(Rejection::of);
  }

  /** Content items do not say of which study they are; the evidence beside them does. */
  private static Set<String> instances(DataSet document, String studyUid) {
    Predicate<DataSet> own =
        evidence -> evidence.string(Tag.StudyInstanceUID).filter(studyUid::equals).isPresent();
    Set<String> instances =
        new HashSet<>(referenced(document.sequence(Tag.ContentSequence).stream()));
    instances.removeAll(evidence(document, own.negate()));
    instances.addAll(evidence(document, own));
    return Set.copyOf(instances);
  }

  private static Set<String> evidence(DataSet document, Predicate<DataSet> study) {
    return referenced(
        document.sequence(Tag.CurrentRequestedProcedureEvidenceSequence).stream()
            .filter(study)
            .flatMap(evidence -> evidence.sequence(Tag.ReferencedSeriesSequence).stream()));
  }

  private static Set<String> referenced(Stream<DataSet> items) {
    return items
        .flatMap(item -> item.sequence(Tag.ReferencedSOPSequence).stream())
        .flatMap(reference -> reference.string(Tag.ReferencedSOPInstanceUID).stream())
        .collect(Collectors.toSet());
  }
}
