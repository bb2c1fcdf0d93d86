package io.spinexr.app.server;

import io.spinexr.app.setting.Mistake;
import io.spinexr.app.setting.Settings;
import io.spinexr.store.Schema;
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
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.flywaydb.core.api.FlywayException;
import org.h2.jdbcx.JdbcDataSource;
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
      DateTimeFormatter.ofPattern("'spinexr-'uuuuMMdd-HHmmss'-'").withZone(ZoneOffset.UTC);

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
      Path unfinished =
          Files.createTempFile(
              new DataFolder(settings.data()).backups(), NAME.format(Instant.now(clock)), ".part");
      String name = unfinished.getFileName().toString().replace(".part", ".zip");
      try {
        database.update("BACKUP TO ?", unfinished.toString());
        DataFolder.restrict(unfinished);
        return Files.move(
            unfinished, unfinished.resolveSibling(name), StandardCopyOption.ATOMIC_MOVE);
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
    Settings settings = Server.withSettings(configuration, (read, bundles) -> read);
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
      refuseLater(settings, unfinished, backup);
      return Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | MVStoreException e) {
      throw notOne(backup);
    } catch (FlywayException e) {
      throw new Mistake(
          "The database in %s cannot be opened: %s"
              .formatted(backup, ExceptionUtils.getRootCause(e).getMessage()),
          e);
    } finally {
      unfinished.toFile().delete();
    }
  }

  private static void refuseLater(Settings settings, Path file, Path backup) {
    JdbcDataSource database = new JdbcDataSource();
    String path = file.toString().replaceFirst("\\.mv\\.db$", "");
    database.setUrl("jdbc:h2:file:%s;ACCESS_MODE_DATA=r".formatted(path));
    database.setUser(settings.database().username());
    database.setPassword(settings.database().password());
    if (Schema.isLater(database)) {
      throw new Mistake(
          "%s was made by a later version of SpineXR: restore it with that version."
              .formatted(backup));
    }
  }

  private static Mistake notOne(Path file) {
    return new Mistake("%s is no backup of a SpineXR database, or is damaged.".formatted(file));
  }
}
