package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.pixel.PixelFormat;
import io.spinexr.dicom.pixel.StoredValues;
import io.spinexr.dicom.pixel.Window;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.util.ArrayList;
import java.util.List;

/** Where the reference implementation prepares an image otherwise than a workstation shows it. */
final class ReferenceDoubts {
  private final DataSet dataSet;
  private final PixelFormat format;
  private final List<ImageWarning> warnings = new ArrayList<>();

  private ReferenceDoubts(DataSet dataSet, PixelFormat format) {
    this.dataSet = dataSet;
    this.format = format;
  }

  static List<ImageWarning> of(DataSet dataSet, PixelFormat format, StoredValues stored) {
    ReferenceDoubts doubts = new ReferenceDoubts(dataSet, format);
    try {
      doubts.modality();
      doubts.presentation();
    } catch (DicomException e) {
      doubts.warn(Code.DATA_SET_IRREGULAR, e.getMessage());
    }
    doubts.sign(stored);
    return doubts.warnings;
  }

  private void warn(Code code, String text) {
    warnings.add(new ImageWarning(code, text));
  }

  /** A rising line before stretching changes nothing; before a window or a LUT it does. */
  private void modality() {
    boolean table = !dataSet.sequence(Tag.ModalityLUTSequence).isEmpty();
    double slope = dataSet.decimal(Tag.RescaleSlope).orElse(1);
    double intercept = dataSet.decimal(Tag.RescaleIntercept).orElse(0);
    boolean voi = Window.isIn(dataSet) || !dataSet.sequence(Tag.VOILUTSequence).isEmpty();
    boolean line = slope != 1 || intercept != 0;
    if (table || slope < 0 || line && voi) {
      warn(
          Code.MODALITY_TRANSFORM_NOT_APPLIED,
          "its %s not applied, as in the reference implementation: brightness and contrast that the AI saw may differ from what a workstation shows"
              .formatted(table ? "modality LUT was" : "rescale slope and intercept were"));
    }
  }

  /** Only the photometric interpretation counts for the reference. */
  private void presentation() {
    String contradicting = format.inverted() ? "IDENTITY" : "INVERSE";
    if (dataSet.code(Tag.PresentationLUTShape).filter(contradicting::equals).isPresent()) {
      warn(
          Code.PRESENTATION_SHAPE_CONTRADICTS,
          "its presentation LUT shape %s contradicts its photometric interpretation, which was followed: black and white may be exchanged in what the AI saw"
              .formatted(contradicting));
    }
  }

  private void sign(StoredValues stored) {
    long pixels = stored.pixels(format::hidesSign);
    if (pixels > 0) {
      warn(
          Code.SIGNED_VALUES,
          "%d pixels have negative values of %d bits, read as DICOM says (PS3.5 8.1.1); the reference implementation takes them for positive"
              .formatted(pixels, format.bitsStored()));
    }
  }
}
