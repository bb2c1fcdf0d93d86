package io.spinexr.analysis;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import java.util.List;
import java.util.function.UnaryOperator;

/** Images that no set for adults' spines is made for, told by their headers alone. */
public enum OutOfScope {
  CHILD(
      "younger than 18 years",
      image -> image.put(Tag.PatientAge, "004Y").remove(Tag.PatientBirthDate)),
  CHEST("other than the spine", image -> showing(image, "CHEST", "Thorax p.a.")),
  LATERAL_KNEE("other than the spine", image -> showing(image, "KNEE", "lateral")),
  HAND("other than the spine", image -> showing(image, "HAND", "Hand re. d.p.")),
  CT("modality is CT", image -> image.put(Tag.Modality, "CT")),
  MR("modality is MR", image -> image.put(Tag.Modality, "MR")),
  DOG("an animal", image -> image.put(Tag.PatientSpeciesDescription, "Canis lupus familiaris")),
  THUMBNAIL("32 pixels", image -> image.put(Tag.Rows, 39).put(Tag.Columns, 32)),
  SCREENSHOT(
      "secondary capture",
      image ->
          image.put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7").put(Tag.ConversionType, "WSD"));

  private final String reason;
  private final UnaryOperator<DataSet.Builder> change;

  OutOfScope(String reason, UnaryOperator<DataSet.Builder> change) {
    this.reason = reason;
    this.change = change;
  }

  /** A part of the reason for which it is refused. */
  public String reason() {
    return reason;
  }

  /** A radiograph of an adult's spine turned into it. */
  public DicomFile of(DicomFile spine) {
    return new DicomFile(
        spine.transferSyntaxUid(), change.apply(spine.dataSet().toBuilder()).build());
  }

  private static DataSet.Builder showing(DataSet.Builder image, String part, String series) {
    return image
        .put(Tag.BodyPartExamined, part)
        .putItems(Tag.AnatomicRegionSequence, List.of())
        .put(Tag.SeriesDescription, series)
        .put(Tag.StudyDescription, "");
  }
}
