package io.spinexr.app.server;

import io.spinexr.app.setting.Mistake;
import io.spinexr.app.setting.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.h2.mvstore.MVStoreException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Copies of the H2 file in the data folder, made while a server uses it. PostgreSQL has tools of
 * its own.
 *
 * @param database in use
 */
public record Backups(Settings settings, JdbcTemplate database, Clock clock) {
  private static final String ELSEWHERE =
      "The database is not the file in spinexr.data: it is backed up and restored with its own"
          + " tools, such as pg_dump and pg_restore.";

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'spinexr-'uuuuMMdd-HHmmss'.zip'").withZone(ZoneOffset.UTC);

  /**
   * Copies the database into {@code backups} in the data folder; what is written meanwhile is in
   * the copy as a whole or not at all.
   *
   * @return the file
   * @throws IllegalArgumentException if the database is not the file in the data folder
   */
  Path make() {
    if (!settings.database().url().isEmpty()) {
      throw new IllegalArgumentException(ELSEWHERE);
    }
    try {
      Path backup =
          new DataFolder(settings.data()).backups().resolve(NAME.format(Instant.now(clock)));
      Path unfinished = backup.resolveSibling(backup.getFileName() + ".part");
      try {
        database.update("BACKUP TO ?", unfinished.toString());
        DataFolder.restrict(unfinished);
        return Files.move(unfinished, backup, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the backup cannot be kept: " + e.getMessage(), e);
    }
  }

  /**
   * Puts a backup into the place of a database that is not there.
   *
   * @param configuration a site's YAML file, over the defaults
   * @return the database file
   * @throws Mistake with one sentence when that cannot be done; nothing is changed then
   */
  public static Path restore(Path configuration, Path backup) {
    Settings settings = Server.settings(configuration);
    if (!settings.database().url().isEmpty()) {
      throw new Mistake(ELSEWHERE);
    }
    DataFolder data = new DataFolder(settings.data());
    Path file = data.databaseFile();
    if (Files.exists(file)) {
      throw new Mistake(
          "There is a database in %s: stop the server and move it away first.".formatted(file));
    }
    data.create();
    Path unfinished = file.resolveSibling("restored.mv.db");
    try (ZipFile zip = new ZipFile(backup.toFile())) {
      ZipEntry entry = zip.getEntry(file.getFileName().toString());
      if (entry == null) {
        throw notOne(backup);
      }
      try (InputStream content = zip.getInputStream(entry)) {
        Files.copy(content, unfinished, StandardCopyOption.REPLACE_EXISTING);
      }
      DataFolder.restrict(unfinished);
      DamagedDatabase.refuse(unfinished);
      return Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | MVStoreException e) {
      throw notOne(backup);
    } finally {
      unfinished.toFile().delete();
    }
  }

  private static Mistake notOne(Path file) {
    return new Mistake("%s is no backup of a SpineXR database, or is damaged.".formatted(file));
  }
}
