package io.spinexr.radiograph;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.NameBasedUid;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which image a file holds. A UID that is missing or none is made of the file's content (PS3.5
 * B.2), so that the same file always has the same.
 *
 * @param warnings one if a UID was made
 */
record FileIdentity(ImageId image, List<ImageWarning> warnings) {

  static FileIdentity of(Path file, DataSet header) {
    List<String> made = new ArrayList<>();
    ImageId image =
        new ImageId(
            uid(Tag.StudyInstanceUID, header, file, made),
            uid(Tag.SeriesInstanceUID, header, file, made),
            uid(Tag.SOPInstanceUID, header, file, made));
    return new FileIdentity(
        image,
        made.isEmpty()
            ? List.of()
            : List.of(
                new ImageWarning(
                    Code.DATA_SET_IRREGULAR,
                    "%s: missing or no UID; replaced by one made of the file's content"
                        .formatted(String.join(", ", made)))));
  }

  private static String uid(int tag, DataSet header, Path file, List<String> made) {
    Optional<String> stated = header.string(tag).filter(ImageId::isUid);
    if (stated.isPresent()) {
      return stated.get();
    }
    made.add(Tag.describe(tag));
    byte[] level = Tag.describe(tag).getBytes(StandardCharsets.US_ASCII);
    byte[] content = content(file);
    return NameBasedUid.of(
        ByteBuffer.allocate(level.length + content.length).put(level).put(content).array());
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DicomException("the file cannot be read: " + e.getClass().getSimpleName(), e);
    }
  }
}
