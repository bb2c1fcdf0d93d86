package io.spinexr.app.phantom;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomFile;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.TransferSyntax;
import io.spinexr.dicom.VR;
import io.spinexr.inference.phantom.Phantom;
import io.spinexr.inference.phantom.Region;
import io.spinexr.inference.phantom.View;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/** Phantoms as DICOM files: Digital X-Ray Image Storage - For Presentation (PS3.3 A.26). */
public final class PhantomFile {
  private static final String DIGITAL_X_RAY_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1";

  private PhantomFile() {}

  /**
   * The study that a phantom is an image of.
   *
   * @param accessionNumber at most 16 characters
   */
  public record Study(SyntheticPatient patient, String accessionNumber, LocalDate date) {
    /** The study of a phantom that stands alone. */
    public static Study of(long seed) {
      return new Study(
          SyntheticPatient.of(seed),
          "P" + new BigInteger(Long.toUnsignedString(seed)).toString(36).toUpperCase(Locale.ROOT),
          LocalDate.of(2026, 1, 1).plusDays(Math.floorMod(seed, 300)));
    }

    /** StudyInstanceUID, made from patient and accession number. */
    public String uid() {
      return uidOf("study " + patient.id() + " " + accessionNumber);
    }
  }

  /**
   * The phantom as image number {@code number} of the study, uncompressed, 12 bits.
   *
   * @param number from 1
   */
  public static DicomFile of(Phantom phantom, Study study, int number) {
    SyntheticPatient patient = study.patient();
    String date = study.date().format(DateTimeFormatter.BASIC_ISO_DATE);
    String view = phantom.view() == View.AP ? "AP" : "LL";
    String spacing = String.format(Locale.ROOT, "%.5f", phantom.pixelSpacing());
    DataSet.Builder image = DataSet.builder();
    image
        .put(Tag.SpecificCharacterSet, "ISO_IR 192")
        .put(Tag.ImageType, "ORIGINAL", "PRIMARY")
        .put(Tag.SOPClassUID, DIGITAL_X_RAY_FOR_PRESENTATION)
        .put(Tag.SOPInstanceUID, uidOf("image " + study.uid() + " " + number))
        .put(Tag.StudyDate, date)
        .put(Tag.SeriesDate, date)
        .put(Tag.ContentDate, date)
        .put(Tag.AcquisitionDate, date)
        .put(Tag.StudyTime, "080000")
        .put(Tag.ContentTime, "080%02d0".formatted(number % 60))
        .put(Tag.AccessionNumber, study.accessionNumber())
        .put(Tag.Modality, "DX")
        .put(Tag.PresentationIntentType, "FOR PRESENTATION")
        .put(Tag.Manufacturer, "SpineXR")
        .put(Tag.ManufacturerModelName, "Phantom generator")
        .put(Tag.ReferringPhysicianName, "")
        .put(Tag.StudyDescription, description(phantom.region()))
        .put(Tag.SeriesDescription, description(phantom.region()) + " " + view)
        .put(Tag.PatientName, patient.dicomName())
        .put(Tag.PatientID, patient.id())
        .put(Tag.IssuerOfPatientID, SyntheticPatient.ISSUER)
        .put(Tag.PatientBirthDate, patient.birthDate().format(DateTimeFormatter.BASIC_ISO_DATE))
        .put(Tag.PatientSex, patient.sex())
        .put(Tag.BodyPartExamined, bodyPart(phantom.region()))
        .put(Tag.ViewPosition, view)
        .put(Tag.StudyInstanceUID, study.uid())
        .put(Tag.SeriesInstanceUID, uidOf("series " + study.uid() + " " + number))
        .put(Tag.StudyID, study.accessionNumber())
        .put(Tag.SeriesNumber, Integer.toString(number))
        .put(Tag.InstanceNumber, "1")
        .put(Tag.PatientOrientation, rowDirection(phantom), "F")
        .put(Tag.ImageLaterality, "U")
        .put(Tag.BurnedInAnnotation, "NO")
        .put(Tag.ImagerPixelSpacing, spacing, spacing)
        .put(Tag.SamplesPerPixel, 1)
        .put(Tag.PhotometricInterpretation, phantom.monochrome1() ? "MONOCHROME1" : "MONOCHROME2")
        .put(Tag.Rows, phantom.height())
        .put(Tag.Columns, phantom.width())
        .put(Tag.BitsAllocated, 16)
        .put(Tag.BitsStored, Phantom.BITS_STORED)
        .put(Tag.HighBit, Phantom.BITS_STORED - 1)
        .put(Tag.PixelRepresentation, 0)
        .put(Tag.PresentationLUTShape, phantom.monochrome1() ? "INVERSE" : "IDENTITY")
        .put(Tag.RescaleIntercept, "0")
        .put(Tag.RescaleSlope, "1")
        .put(Tag.RescaleType, "US")
        .putBytes(Tag.PixelData, VR.OW, pixels(phantom));
    return new DicomFile(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, image.build());
  }

  /** Where the rows of the image run to: the patient's left, front or back (PS3.3 C.7.6.1.1.1). */
  private static String rowDirection(Phantom phantom) {
    return phantom.view() == View.AP ? "L" : phantom.facesLeft() ? "P" : "A";
  }

  private static ByteBuffer pixels(Phantom phantom) {
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * phantom.pixels().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(phantom.pixels());
    return bytes;
  }

  private static String description(Region region) {
    return switch (region) {
      case CERVICAL -> "XR Cervical spine (phantom)";
      case THORACIC -> "XR Thoracic spine (phantom)";
      case LUMBAR -> "XR Lumbar spine (phantom)";
    };
  }

  private static String bodyPart(Region region) {
    return switch (region) {
      case CERVICAL -> "CSPINE";
      case THORACIC -> "TSPINE";
      case LUMBAR -> "LSPINE";
    };
  }

  /** A UID made from a name-based UUID (PS3.5 B.2). */
  private static String uidOf(String name) {
    UUID uuid =
        UUID.nameUUIDFromBytes(("spinexr phantom " + name).getBytes(StandardCharsets.UTF_8));
    BigInteger number =
        BigInteger.valueOf(uuid.getMostSignificantBits())
            .shiftLeft(64)
            .or(new BigInteger(Long.toUnsignedString(uuid.getLeastSignificantBits())))
            .mod(BigInteger.ONE.shiftLeft(128));
    return "2.25." + number;
  }
}
