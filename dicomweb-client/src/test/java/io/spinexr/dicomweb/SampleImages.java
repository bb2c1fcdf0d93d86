package io.spinexr.dicomweb;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.finding.ImageId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Small 12-bit radiographs of nobody, and the same compressed by dcmtk and gdcm. */
public final class SampleImages {
  static final int ROWS = 48;
  static final int COLUMNS = 37;
  private static final String COMPUTED_RADIOGRAPHY = "1.2.840.10008.5.1.4.1.1.1";

  /** A way to compress that a reference program knows. */
  public enum Compression {
    JPEG_LOSSLESS(TransferSyntax.JPEG_LOSSLESS_SV1, "dcmcjpeg", "+e1"),
    JPEG_LS(TransferSyntax.JPEG_LS_LOSSLESS, "dcmcjpls", "+el"),
    RLE(TransferSyntax.RLE, "dcmcrle"),
    JPEG_2000(TransferSyntax.JPEG_2000_LOSSLESS, "gdcmconv", "--j2k");

    final String transferSyntaxUid;
    private final String program;
    private final String[] options;

    Compression(String transferSyntaxUid, String program, String... options) {
      this.transferSyntaxUid = transferSyntaxUid;
      this.program = program;
      this.options = options;
    }

    public DicomFile apply(DicomFile raw, Path folder) throws IOException {
      Path path =
          ReferencePrograms.require(
              program, program.startsWith("gdcm") ? "libgdcm-tools" : "dcmtk");
      Path from = folder.resolve(UUID.randomUUID() + ".dcm");
      Path to = folder.resolve(UUID.randomUUID() + ".dcm");
      DicomWriter.write(raw, from);
      Object[] arguments = new Object[options.length + 2];
      System.arraycopy(options, 0, arguments, 0, options.length);
      arguments[options.length] = from;
      arguments[options.length + 1] = to;
      ReferencePrograms.run(path, arguments);
      try {
        return DicomReader.read(to);
      } finally {
        Files.delete(from);
        Files.delete(to);
      }
    }
  }

  private SampleImages() {}

  /** A UID of our own making (PS3.5 B.2). */
  static String newUid() {
    UUID uuid = UUID.randomUUID();
    return "2.25." + new BigInteger(uuid.toString().replace("-", ""), 16);
  }

  static DicomFile image(String studyUid, String patientId) {
    return image(studyUid, newUid(), newUid(), patientId, ROWS, COLUMNS);
  }

  static DicomFile image(
      String studyUid,
      String seriesUid,
      String sopInstanceUid,
      String patientId,
      int rows,
      int columns) {
    ByteBuffer pixels = ByteBuffer.allocate(2 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * columns; i++) {
      pixels.putShort((short) ((i * 37 + i / columns * 101) & 0xFFF));
    }
    return new DicomFile(
        TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
        DataSet.builder()
            .put(Tag.SpecificCharacterSet, "ISO_IR 192")
            .put(Tag.SOPClassUID, COMPUTED_RADIOGRAPHY)
            .put(Tag.SOPInstanceUID, sopInstanceUid)
            .put(Tag.StudyInstanceUID, studyUid)
            .put(Tag.SeriesInstanceUID, seriesUid)
            .put(Tag.PatientID, patientId)
            .put(Tag.PatientName, "Prüfung^Änne")
            .put(Tag.PatientBirthDate, "19500102")
            .put(Tag.PatientSex, "F")
            .put(Tag.StudyDate, "20260314")
            .put(Tag.StudyTime, "101500")
            .put(Tag.StudyID, "1")
            .put(Tag.AccessionNumber, "A-" + patientId)
            .put(Tag.ReferringPhysicianName, VR.PN, List.of())
            .put(Tag.StudyDescription, "LUMBAR SPINE")
            .put(Tag.Modality, "CR")
            .put(Tag.BodyPartExamined, "LSPINE")
            .put(Tag.SeriesNumber, 1)
            .put(Tag.InstanceNumber, 1)
            .put(Tag.SamplesPerPixel, 1)
            .put(Tag.PhotometricInterpretation, "MONOCHROME2")
            .put(Tag.Rows, rows)
            .put(Tag.Columns, columns)
            .put(Tag.BitsAllocated, 16)
            .put(Tag.BitsStored, 12)
            .put(Tag.HighBit, 11)
            .put(Tag.PixelRepresentation, 0)
            .putBytes(Tag.PixelData, VR.OW, pixels.flip())
            .build());
  }

  static ImageId id(DicomFile file) {
    return new ImageId(
        file.dataSet().string(Tag.StudyInstanceUID).orElseThrow(),
        file.dataSet().string(Tag.SeriesInstanceUID).orElseThrow(),
        file.dataSet().string(Tag.SOPInstanceUID).orElseThrow());
  }
}
