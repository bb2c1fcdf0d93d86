package io.spinexr.app.server;

import io.spinexr.app.setting.Mistake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/** An H2 file that H2 cannot read any more, which no restart makes better. */
final class DamagedDatabase {
  private static final Set<Integer> SQL_CODES =
      Set.of(ErrorCode.FILE_CORRUPTED_1, ErrorCode.FILE_VERSION_ERROR_1);

  /** A new database has two blocks of 4096 bytes, and some before its first table. */
  private static final long LEAST = 65_536;

  private DamagedDatabase() {}

  /**
   * H2 itself goes back to the newest state that it can read of a file, without a word, and be it
   * the empty one that every database begins with.
   *
   * @throws MVStoreException if the file is damaged so, or otherwise
   */
  static void refuse(Path file) {
    if (Files.notExists(file) || file.toFile().length() < LEAST) {
      return; // a start that did not come far
    }
    try (MVStore store = new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
      if (store.getMapNames().stream().noneMatch(map -> map.matches("table\\.[1-9]\\d*"))) {
        throw new MVStoreException(DataUtils.ERROR_FILE_CORRUPT, "the file has no tables");
      }
    }
  }

  /** What to do, if that is why a start failed. */
  static Optional<Mistake> explained(Throwable failure) {
    return ExceptionUtils.getThrowableList(failure).stream().anyMatch(DamagedDatabase::isDamage)
        ? Optional.of(
            new Mistake(
                "The database file is damaged: move it away and restore a backup, as \"Backup\" in"
                    + " docs/operations.md tells; orders and results that are newer than the backup"
                    + " are lost.",
                failure))
        : Optional.empty();
  }

  private static boolean isDamage(Throwable cause) {
    return cause instanceof MVStoreException store
            && store.getErrorCode() == DataUtils.ERROR_FILE_CORRUPT
        || cause instanceof SQLException sql && SQL_CODES.contains(sql.getErrorCode());
  }
}
