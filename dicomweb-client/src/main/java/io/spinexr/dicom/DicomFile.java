package io.spinexr.dicom;

import java.util.Objects;

/**
 * A DICOM object with the encoding it came in or shall be written in (PS3.10).
 *
 * @param transferSyntaxUid one of {@link TransferSyntax}, or any other UID
 * @param dataSet without the file meta information of group 0002, which the writer makes anew
 */
public record DicomFile(String transferSyntaxUid, DataSet dataSet) {
  public DicomFile {
    Objects.requireNonNull(transferSyntaxUid, "transferSyntaxUid");
    Objects.requireNonNull(dataSet, "dataSet");
  }
}
