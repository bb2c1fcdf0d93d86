package io.spinexr.dicom.file;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.Value;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes DICOM files (PS3.10) in the transfer syntax that the {@link DicomFile} names. Pixel data
 * is written as it is, never compressed or decompressed. Sequences get undefined lengths, and group
 * lengths, which are retired, are left out.
 */
public final class DicomWriter {
  /** A UID made from a name-based UUID (PS3.5 B.2) of the name "spinexr". */
  private static final String IMPLEMENTATION_CLASS_UID =
      "2.25.159181949533341272663787300936902146821";

  private DicomWriter() {}

  /**
   * @throws DicomException if the data set lacks its SOP class or instance UID, or cannot be
   *     encoded
   */
  public static void write(DicomFile file, Path path) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
      write(file, out);
    }
  }

  /**
   * Writes the whole file and leaves the stream open.
   *
   * @throws DicomException if the data set lacks its SOP class or instance UID, or cannot be
   *     encoded
   */
  public static void write(DicomFile file, OutputStream out) throws IOException {
    String uid = file.transferSyntaxUid();
    requireFittingPixelData(file);
    byte[] meta = meta(file);
    out.write(new byte[128]);
    out.write("DICM".getBytes(StandardCharsets.US_ASCII));
    out.write(meta);
    if (uid.equals(TransferSyntax.DEFLATED)) {
      writeDeflated(file.dataSet(), out);
    } else {
      new DataSetEncoder(out, TransferSyntax.byteOrder(uid), TransferSyntax.isImplicit(uid))
          .write(file.dataSet());
    }
  }

  private static void writeDeflated(DataSet dataSet, OutputStream out) throws IOException {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, 64 << 10);
      new DataSetEncoder(deflated, ByteOrder.LITTLE_ENDIAN, false).write(dataSet);
      deflated.finish();
    } finally {
      deflater.end();
    }
  }

  private static byte[] meta(DicomFile file) throws IOException {
    DataSet content =
        DataSet.builder()
            .putBytes(Tag.FileMetaInformationVersion, VR.OB, ByteBuffer.wrap(new byte[] {0, 1}))
            .put(Tag.MediaStorageSOPClassUID, required(file.dataSet(), Tag.SOPClassUID))
            .put(Tag.MediaStorageSOPInstanceUID, required(file.dataSet(), Tag.SOPInstanceUID))
            .put(Tag.TransferSyntaxUID, file.transferSyntaxUid())
            .put(Tag.ImplementationClassUID, IMPLEMENTATION_CLASS_UID)
            .put(Tag.ImplementationVersionName, "SPINEXR")
            .build();
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    new DataSetEncoder(encoded, ByteOrder.LITTLE_ENDIAN, false).write(content);
    ByteBuffer withLength = ByteBuffer.allocate(12 + encoded.size()).order(ByteOrder.LITTLE_ENDIAN);
    withLength.putShort((short) 2).putShort((short) 0).put((byte) 'U').put((byte) 'L');
    withLength.putShort((short) 4).putInt(encoded.size()).put(encoded.toByteArray());
    return withLength.array();
  }

  private static String required(DataSet dataSet, int tag) {
    return dataSet
        .string(tag)
        .orElseThrow(
            () -> new DicomException(Tag.describe(tag) + " is missing: the file needs it"));
  }

  private static void requireFittingPixelData(DicomFile file) {
    boolean isNative = TransferSyntax.isNative(file.transferSyntaxUid());
    file.dataSet()
        .find(Tag.PixelData)
        .filter(pixels -> isNative == pixels.value() instanceof Value.Fragments)
        .ifPresent(
            pixels -> {
              throw new DicomException(
                  "the transfer syntax %s needs %s pixel data"
                      .formatted(file.transferSyntaxUid(), isNative ? "native" : "encapsulated"));
            });
  }
}
