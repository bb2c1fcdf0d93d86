package io.spinexr.phantom.archive;

import io.spinexr.dicom.DicomException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a folder by SOP Instance UID. What a request names is only ever looked up here, so
 * that no request can reach another file; new files are named by their UID, which is digits and
 * dots.
 */
final class Instances {
  private static final Logger LOG = LoggerFactory.getLogger(Instances.class);
  private static final String INCOMING = ".incoming-";

  private final Path folder;
  private final ConcurrentNavigableMap<String, StoredInstance> bySopInstanceUid =
      new ConcurrentSkipListMap<>();

  private Instances(Path folder) {
    this.folder = folder;
  }

  /** Reads every DICOM file below the folder; others are left alone and counted in the log. */
  static Instances in(Path folder) throws IOException {
    Files.createDirectories(folder);
    Instances instances = new Instances(folder);
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    int skipped = 0;
    for (Path file : files) {
      if (file.getFileName().toString().startsWith(INCOMING)) {
        Files.delete(file);
      } else if (!instances.index(file)) {
        skipped++;
      }
    }
    LOG.info(
        "The archive folder holds {} instances; {} other files are skipped",
        instances.bySopInstanceUid.size(),
        skipped);
    return instances;
  }

  private boolean index(Path file) {
    try {
      StoredInstance instance = StoredInstance.of(file);
      return bySopInstanceUid.putIfAbsent(instance.id().sopInstanceUid(), instance) == null;
    } catch (DicomException e) {
      return false;
    }
  }

  /** In ascending order of their SOP Instance UIDs. */
  List<StoredInstance> matching(Predicate<StoredInstance> wanted) {
    return bySopInstanceUid.values().stream().filter(wanted).toList();
  }

  /** A place in the folder for a file that is not stored yet. The caller deletes what is left. */
  Path newIncoming() throws IOException {
    return Files.createTempFile(folder, INCOMING, "");
  }

  /**
   * Moves an incoming file into the archive. What is there already stays as it is.
   *
   * @return the instance that the archive holds under this SOP Instance UID
   */
  synchronized StoredInstance store(StoredInstance incoming) throws IOException {
    String uid = incoming.id().sopInstanceUid();
    Optional<StoredInstance> present = Optional.ofNullable(bySopInstanceUid.get(uid));
    if (present.isPresent()) {
      return present.get();
    }
    Path target = folder.resolve(uid + ".dcm");
    Files.move(incoming.path(), target, StandardCopyOption.ATOMIC_MOVE);
    StoredInstance stored = incoming.movedTo(target);
    bySopInstanceUid.put(uid, stored);
    return stored;
  }
}
