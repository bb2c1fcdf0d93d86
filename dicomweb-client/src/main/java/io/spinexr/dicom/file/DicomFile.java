package io.spinexr.dicom.file;

import io.spinexr.dicom.DataSet;
import java.util.List;
import java.util.Objects;

/**
 * A DICOM object with the encoding it came in or shall be written in (PS3.10).
 *
 * @param transferSyntaxUid one of {@link TransferSyntax}, or any other UID
 * @param dataSet without the file meta information of group 0002, which the writer makes anew
 * @param irregularities where what was read departs from the standard in a way that may matter:
 *     sentences without a final stop and without personal data, usually none
 */
public record DicomFile(String transferSyntaxUid, DataSet dataSet, List<String> irregularities) {
  public DicomFile {
    Objects.requireNonNull(transferSyntaxUid, "transferSyntaxUid");
    Objects.requireNonNull(dataSet, "dataSet");
    irregularities = List.copyOf(irregularities);
  }

  /** Without irregularities. */
  public DicomFile(String transferSyntaxUid, DataSet dataSet) {
    this(transferSyntaxUid, dataSet, List.of());
  }
}
