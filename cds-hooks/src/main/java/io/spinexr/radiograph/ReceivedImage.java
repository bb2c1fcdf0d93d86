package io.spinexr.radiograph;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * An image as it was received.
 *
 * @param study its attributes as the archive lists them, where a site corrects what a modality got
 *     wrong
 * @param series the same
 * @param warnings of what was odd about receiving it, to stand in its findings
 */
public record ReceivedImage(
    ImageId id, DicomFile file, DataSet study, DataSet series, List<ImageWarning> warnings) {
  public ReceivedImage {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(study, "study");
    Objects.requireNonNull(series, "series");
    warnings = List.copyOf(warnings);
  }

  /**
   * An image of which nothing is known but its file.
   *
   * @throws DicomException if there is none, or it cannot be read
   */
  public static ReceivedImage of(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new DicomException("there is no such file");
    }
    DicomFile file = DicomReader.read(path);
    DataSet header = file.dataSet();
    FileIdentity identity = FileIdentity.of(path, header);
    return new ReceivedImage(identity.image(), file, header, header, identity.warnings());
  }
}
