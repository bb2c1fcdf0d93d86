package io.spinexr.phantom.archive;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.finding.ImageId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * One file of the archive.
 *
 * @param header its attributes without pixel data, detached from the file's bytes
 */
record StoredInstance(ImageId id, String transferSyntaxUid, DataSet header, Path path) {
  /**
   * @throws DicomException if the file is not DICOM or lacks its UIDs
   */
  static StoredInstance of(Path path) {
    DicomFile file = DicomReader.read(path);
    DataSet dataSet = file.dataSet();
    return new StoredInstance(
        id(dataSet),
        file.transferSyntaxUid(),
        detached(dataSet.toBuilder().remove(Tag.PixelData).build()),
        path);
  }

  StoredInstance movedTo(Path newPath) {
    return new StoredInstance(id, transferSyntaxUid, header, newPath);
  }

  private static ImageId id(DataSet dataSet) {
    try {
      return new ImageId(
          dataSet.string(Tag.StudyInstanceUID).orElse(""),
          dataSet.string(Tag.SeriesInstanceUID).orElse(""),
          dataSet.string(Tag.SOPInstanceUID).orElse(""));
    } catch (IllegalArgumentException e) {
      throw new DicomException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A data set just read holds on to the whole file, pixels too: write and read it once more. */
  private static DataSet detached(DataSet header) {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try {
      DicomWriter.write(new DicomFile(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, header), copy);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return DicomReader.read(ByteBuffer.wrap(copy.toByteArray()), ReadLimits.DEFAULT).dataSet();
  }
}
