package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.finding.ImageId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;

/**
 * A spine radiograph to be written as a DICOM object: Digital X-Ray Image Storage - For
 * Presentation (PS3.3 A.26), uncompressed, in UTF-8. Its window is the identity, so that decoding
 * it gives the pixels stretched from the lowest to the highest.
 */
public record RadiographFile(
    ImageId id, Patient patient, Examination examination, Projection projection, Pixels pixels) {

  public static final String SOP_CLASS_UID = "1.2.840.10008.5.1.4.1.1.1.1";

  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss");

  public RadiographFile {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(examination, "examination");
    Objects.requireNonNull(projection, "projection");
    Objects.requireNonNull(pixels, "pixels");
  }

  /**
   * @param issuer who gave out the identifier; may be empty
   * @param name with components, e.g. {@code Doe^Jane}
   * @param sex M, F or O; empty if not known
   */
  public record Patient(String id, String issuer, String name, LocalDate birthDate, String sex) {
    public Patient {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(issuer, "issuer");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(birthDate, "birthDate");
      Objects.requireNonNull(sex, "sex");
    }

    /** Without anything that tells who it is. */
    @Override
    public String toString() {
      return "Patient";
    }
  }

  /**
   * @param started date and time of the study, of its series and of the image
   * @param institution where it was taken; may be empty
   * @param seriesNumber and {@code instanceNumber} count from 1
   */
  public record Examination(
      String accessionNumber,
      String description,
      LocalDateTime started,
      String institution,
      BodyPart bodyPart,
      int seriesNumber,
      int instanceNumber) {
    public Examination {
      Objects.requireNonNull(accessionNumber, "accessionNumber");
      Objects.requireNonNull(description, "description");
      Objects.requireNonNull(started, "started");
      Objects.requireNonNull(institution, "institution");
      Objects.requireNonNull(bodyPart, "bodyPart");
    }
  }

  /** What was examined: Body Part Examined, and SNOMED CT's code for it (PS3.16 CID 4009). */
  public enum BodyPart {
    CSPINE("122494005", "Cervical spine"),
    TSPINE("122495006", "Thoracic spine"),
    LSPINE("122496007", "Lumbar spine");

    private final String code;
    private final String meaning;

    BodyPart(String code, String meaning) {
      this.code = code;
      this.meaning = meaning;
    }
  }

  /** The direction of the beam: View Position, and SNOMED CT's code for it (PS3.16 CID 4010). */
  public enum Projection {
    AP("399348003", "antero-posterior", "L"),
    PA("272479007", "postero-anterior", "L"),
    LEFT_LATERAL("399173006", "left lateral", "P"),
    RIGHT_LATERAL("399198007", "right lateral", "A");

    private final String code;
    private final String meaning;
    private final String rightEdge;

    Projection(String code, String meaning, String rightEdge) {
      this.code = code;
      this.meaning = meaning;
      this.rightEdge = rightEdge;
    }

    private String viewPosition() {
      return switch (this) {
        case LEFT_LATERAL -> "LL";
        case RIGHT_LATERAL -> "RL";
        default -> name();
      };
    }
  }

  /**
   * @param values row by row from the top left, unsigned, {@code bitsStored} bits each
   * @param bitsStored 9 to 16
   * @param monochrome1 whether the lowest value is white
   * @param spacing of the pixels at the detector, in millimetres
   */
  public record Pixels(
      short[] values, int width, int height, int bitsStored, boolean monochrome1, double spacing) {
    public Pixels {
      if (width < 1 || height < 1 || (long) width * height != values.length) {
        throw new IllegalArgumentException(
            "an image of %d x %d pixels cannot hold %d values"
                .formatted(width, height, values.length));
      }
      if (bitsStored < 9 || bitsStored > 16 || !(spacing > 0)) {
        throw new IllegalArgumentException(
            "an image needs 9 to 16 bits and a positive spacing, not %d and %s"
                .formatted(bitsStored, spacing));
      }
      for (short value : values) {
        if ((value & 0xFFFF) >>> bitsStored != 0) {
          throw new IllegalArgumentException(
              "the value %d needs more than %d bits".formatted(value & 0xFFFF, bitsStored));
        }
      }
    }
  }

  public DicomFile toDicom() {
    DataSet.Builder dataSet = DataSet.builder();
    putPatient(dataSet);
    putStudyAndSeries(dataSet);
    putAcquisition(dataSet);
    putImage(dataSet);
    return new DicomFile(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, dataSet.build());
  }

  private void putPatient(DataSet.Builder dataSet) {
    dataSet
        .put(Tag.SpecificCharacterSet, "ISO_IR 192")
        .put(Tag.PatientName, patient.name)
        .put(Tag.PatientID, patient.id)
        .put(Tag.PatientBirthDate, DATE.format(patient.birthDate))
        .put(Tag.PatientSex, patient.sex);
    if (!patient.issuer.isEmpty()) {
      dataSet.put(Tag.IssuerOfPatientID, patient.issuer);
    }
  }

  private void putStudyAndSeries(DataSet.Builder dataSet) {
    String date = DATE.format(examination.started);
    String time = TIME.format(examination.started);
    dataSet
        .put(Tag.SOPClassUID, SOP_CLASS_UID)
        .put(Tag.SOPInstanceUID, id.sopInstanceUid())
        .put(Tag.StudyInstanceUID, id.studyUid())
        .put(Tag.SeriesInstanceUID, id.seriesUid())
        .put(Tag.StudyDate, date)
        .put(Tag.SeriesDate, date)
        .put(Tag.AcquisitionDate, date)
        .put(Tag.ContentDate, date)
        .put(Tag.StudyTime, time)
        .put(Tag.SeriesTime, time)
        .put(Tag.AcquisitionTime, time)
        .put(Tag.ContentTime, time)
        .put(Tag.AccessionNumber, examination.accessionNumber)
        .put(Tag.ReferringPhysicianName, "")
        .put(Tag.StudyID, examination.accessionNumber)
        .put(Tag.StudyDescription, examination.description)
        .put(Tag.SeriesDescription, projection.meaning)
        .put(Tag.SeriesNumber, examination.seriesNumber)
        .put(Tag.InstanceNumber, examination.instanceNumber)
        .put(Tag.Modality, "DX")
        .put(Tag.PresentationIntentType, "FOR PRESENTATION")
        .put(Tag.Manufacturer, "SpineXR")
        .put(Tag.ManufacturerModelName, "SpineXR");
    if (!examination.institution.isEmpty()) {
      dataSet.put(Tag.InstitutionName, examination.institution);
    }
  }

  private void putAcquisition(DataSet.Builder dataSet) {
    BodyPart bodyPart = examination.bodyPart;
    dataSet
        .put(Tag.BodyPartExamined, bodyPart.name())
        .putItems(Tag.AnatomicRegionSequence, List.of(snomed(bodyPart.code, bodyPart.meaning)))
        .put(Tag.ImageLaterality, "U")
        .put(Tag.ViewPosition, projection.viewPosition())
        .putItems(Tag.ViewCodeSequence, List.of(snomed(projection.code, projection.meaning)))
        .put(Tag.PatientOrientation, projection.rightEdge, "F")
        .put(Tag.PositionerType, "")
        .put(Tag.DetectorType, "")
        .put(Tag.ImagerPixelSpacing, pixels.spacing, pixels.spacing)
        .putItems(Tag.AcquisitionContextSequence, List.of());
  }

  private static DataSet snomed(String code, String meaning) {
    return DataSet.builder()
        .put(Tag.CodeValue, code)
        .put(Tag.CodingSchemeDesignator, "SCT")
        .put(Tag.CodeMeaning, meaning)
        .build();
  }

  private void putImage(DataSet.Builder dataSet) {
    ByteBuffer encoded =
        ByteBuffer.allocate(2 * pixels.values.length).order(ByteOrder.LITTLE_ENDIAN);
    encoded.asShortBuffer().put(pixels.values);
    int values = 1 << pixels.bitsStored;
    dataSet
        .put(Tag.ImageType, "DERIVED", "PRIMARY")
        .put(Tag.SamplesPerPixel, 1)
        .put(Tag.PhotometricInterpretation, pixels.monochrome1 ? "MONOCHROME1" : "MONOCHROME2")
        .put(Tag.Rows, pixels.height)
        .put(Tag.Columns, pixels.width)
        .put(Tag.BitsAllocated, 16)
        .put(Tag.BitsStored, pixels.bitsStored)
        .put(Tag.HighBit, pixels.bitsStored - 1)
        .put(Tag.PixelRepresentation, 0)
        .put(Tag.PixelIntensityRelationship, "LOG")
        .put(Tag.PixelIntensityRelationshipSign, pixels.monochrome1 ? 1 : -1)
        .put(Tag.RescaleIntercept, 0)
        .put(Tag.RescaleSlope, 1)
        .put(Tag.RescaleType, "US")
        .put(Tag.PresentationLUTShape, pixels.monochrome1 ? "INVERSE" : "IDENTITY")
        .put(Tag.LossyImageCompression, "00")
        .put(Tag.BurnedInAnnotation, "NO")
        // A width that is a power of two keeps the window's arithmetic exact.
        .put(Tag.WindowCenter, values / 2)
        .put(Tag.WindowWidth, values)
        .put(Tag.VOILUTFunction, "LINEAR_EXACT")
        .putBytes(Tag.PixelData, VR.OW, encoded);
  }
}
