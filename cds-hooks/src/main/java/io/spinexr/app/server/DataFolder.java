package io.spinexr.app.server;

import io.spinexr.app.setting.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server keeps on its own machine. It holds patients' data, so it is its owner's alone,
 * whatever the umask; what an earlier version left open to others is closed.
 *
 * @param path {@code spinexr.data}
 */
record DataFolder(Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  /**
   * @throws Mistake if it cannot be made
   */
  void create() {
    try {
      boolean fresh = Files.notExists(path);
      Files.createDirectories(database());
      if (fresh) {
        restrict(path);
      } else if (isOpen(path)) {
        // It may have been made for more than this server.
        LOG.warn(
            "spinexr.data: others may look into {}; if it is for SpineXR alone: chmod 700", path);
      }
      restrict(database());
    } catch (IOException e) {
      throw new Mistake(
          "spinexr.data: the folder %s cannot be created or written (%s)."
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /** To be called when the database has its files. */
  void restrictFiles() {
    try (Stream<Path> files = Files.list(database())) {
      files.forEach(DataFolder::restrict);
    } catch (IOException e) {
      LOG.warn("{} cannot be looked into: {}", database(), e.getMessage());
    }
  }

  /** Of H2, if the database is here. */
  Path databaseFile() {
    return database().resolve("spinexr.mv.db");
  }

  private Path database() {
    return path.resolve("database");
  }

  /** Where backups go; made if it is not there. */
  Path backups() throws IOException {
    Path folder = Files.createDirectories(path.resolve("backups"));
    restrict(folder);
    return folder;
  }

  static void restrict(Path path) {
    try {
      if (isOpen(path)) {
        Files.setPosixFilePermissions(path, Files.isDirectory(path) ? FOLDER : FILE);
      }
    } catch (IOException e) {
      LOG.warn("others can read {}, which cannot be changed: {}", path, e.getMessage());
    }
  }

  /** Never on a file system without such rights. */
  private static boolean isOpen(Path path) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    return view != null && !FOLDER.containsAll(view.readAttributes().permissions());
  }
}
