package io.spinexr.phantom.archive;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.MediaType;
import io.spinexr.dicomweb.message.MultipartReader;
import io.spinexr.dicomweb.message.MultipartReader.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A STOW-RS request (PS3.18 section 10.5): nothing is stored before all of it has arrived, then
 * each instance for itself.
 */
final class Storing {
  private static final int STUDY_DIFFERS = 0x0110; // Processing failure
  private static final int DUPLICATE = 0x0111; // Duplicate SOP instance
  private static final int NOT_UNDERSTOOD = 0xC000;
  private static final long MAX_PART_BYTES = 512L << 20;

  private final Instances instances;
  private final Optional<String> studyUid;
  private final List<DataSet> stored = new ArrayList<>();
  private final List<DataSet> failed = new ArrayList<>();
  private final List<DataSet> unreadable = new ArrayList<>();

  /**
   * @param studyUid the study that all instances must belong to, if the request names one
   */
  Storing(Instances instances, Optional<String> studyUid) {
    this.instances = instances;
    this.studyUid = studyUid;
  }

  /**
   * @throws Refusal 400 if the body is no complete multipart, 413 if a part is too large
   */
  void read(String contentType, InputStream body) throws IOException {
    List<Path> incoming = new ArrayList<>();
    try {
      MultipartReader parts = new MultipartReader(MediaType.parse(contentType), body);
      for (Optional<Part> part = parts.next(); part.isPresent(); part = parts.next()) {
        incoming.add(instances.newIncoming());
        save(part.get(), incoming.get(incoming.size() - 1));
      }
      for (Path file : incoming) {
        store(file);
      }
    } catch (DicomWebException e) {
      throw new Refusal(400, e.getMessage());
    } finally {
      for (Path file : incoming) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void save(Part part, Path file) throws IOException {
    byte[] chunk = new byte[1 << 16];
    long size = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int n = part.body().read(chunk); n >= 0; n = part.body().read(chunk)) {
        size += n;
        if (size > MAX_PART_BYTES) {
          throw new Refusal(413, "an instance is larger than " + MAX_PART_BYTES + " bytes");
        }
        out.write(chunk, 0, n);
      }
    }
  }

  private void store(Path file) throws IOException {
    StoredInstance instance;
    try {
      instance = StoredInstance.of(file);
    } catch (DicomException e) {
      unreadable.add(DataSet.builder().put(Tag.FailureReason, NOT_UNDERSTOOD).build());
      return;
    }
    DataSet.Builder reference = reference(instance);
    if (studyUid.isPresent() && !studyUid.get().equals(instance.id().studyUid())) {
      failed.add(reference.put(Tag.FailureReason, STUDY_DIFFERS).build());
    } else if (!instances.store(instance).id().equals(instance.id())) {
      failed.add(reference.put(Tag.FailureReason, DUPLICATE).build());
    } else {
      stored.add(reference.build());
    }
  }

  private static DataSet.Builder reference(StoredInstance instance) {
    return DataSet.builder()
        .put(Tag.ReferencedSOPClassUID, instance.header().string(Tag.SOPClassUID).orElse(""))
        .put(Tag.ReferencedSOPInstanceUID, instance.id().sopInstanceUid());
  }

  /** 200 if all were stored, 202 if some, 409 if none (PS3.18 table 10.5.3-1). */
  int status() {
    if (failed.isEmpty() && unreadable.isEmpty() && !stored.isEmpty()) {
      return 200;
    }
    return stored.isEmpty() ? 409 : 202;
  }

  DataSet response() {
    DataSet.Builder response = DataSet.builder().putItems(Tag.ReferencedSOPSequence, stored);
    if (!failed.isEmpty()) {
      response.putItems(Tag.FailedSOPSequence, failed);
    }
    if (!unreadable.isEmpty()) {
      response.putItems(Tag.OtherFailuresSequence, unreadable);
    }
    return response.build();
  }
}
