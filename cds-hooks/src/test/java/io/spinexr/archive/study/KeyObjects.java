package io.spinexr.archive.study;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import java.util.Arrays;
import java.util.List;

/** Key Object Selection documents about images. */
public final class KeyObjects {
  private KeyObjects() {}

  /**
   * A document in the study and of the patient of the first image.
   *
   * @param title a code of the scheme DCM
   */
  public static DicomFile about(String title, DicomFile... images) {
    DataSet first = images[0].dataSet();
    DataSet concept =
        DataSet.builder()
            .put(Tag.CodeValue, title)
            .put(Tag.CodingSchemeDesignator, "DCM")
            .put(Tag.CodeMeaning, "a title")
            .build();
    String uid = value(first, Tag.SOPInstanceUID) + "." + title;
    return new DicomFile(
        TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
        DataSet.builder()
            .put(Tag.SOPClassUID, RejectionNote.SOP_CLASS)
            .put(Tag.SOPInstanceUID, uid)
            .put(Tag.StudyInstanceUID, value(first, Tag.StudyInstanceUID))
            .put(Tag.SeriesInstanceUID, uid + ".1")
            .put(Tag.Modality, "KO")
            .put(Tag.PatientID, value(first, Tag.PatientID))
            .put(Tag.IssuerOfPatientID, value(first, Tag.IssuerOfPatientID))
            .put(Tag.PatientBirthDate, value(first, Tag.PatientBirthDate))
            .put(Tag.PatientSex, value(first, Tag.PatientSex))
            .putItems(Tag.ConceptNameCodeSequence, List.of(concept))
            .putItems(
                Tag.CurrentRequestedProcedureEvidenceSequence,
                Arrays.stream(images).map(image -> evidence(image.dataSet())).toList())
            .putItems(
                Tag.ContentSequence,
                Arrays.stream(images).map(image -> referring(image.dataSet())).toList())
            .build());
  }

  private static DataSet evidence(DataSet image) {
    DataSet series =
        referring(image).toBuilder()
            .put(Tag.SeriesInstanceUID, value(image, Tag.SeriesInstanceUID))
            .build();
    return DataSet.builder()
        .put(Tag.StudyInstanceUID, value(image, Tag.StudyInstanceUID))
        .putItems(Tag.ReferencedSeriesSequence, List.of(series))
        .build();
  }

  private static DataSet referring(DataSet image) {
    DataSet reference =
        DataSet.builder()
            .put(Tag.ReferencedSOPClassUID, value(image, Tag.SOPClassUID))
            .put(Tag.ReferencedSOPInstanceUID, value(image, Tag.SOPInstanceUID))
            .build();
    return DataSet.builder().putItems(Tag.ReferencedSOPSequence, List.of(reference)).build();
  }

  private static String value(DataSet dataSet, int tag) {
    return dataSet.string(tag).orElseThrow();
  }
}
