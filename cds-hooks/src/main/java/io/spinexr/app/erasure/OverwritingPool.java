package io.spinexr.app.erasure;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The connections to an H2 file. H2 leaves what was deleted in the file until it needs the room,
 * and in the inner nodes of indexes even when the file is compacted; so after an erasure a new file
 * is made of what is in the tables when the server stops.
 */
public final class OverwritingPool extends HikariDataSource {
  private static final Logger LOG = LoggerFactory.getLogger(OverwritingPool.class);
  private static final String SUFFIX = ".mv.db";

  private final Path file;
  private final Path script;
  private final Path fresh;

  /**
   * @param file of the database that the configuration's address names
   */
  public OverwritingPool(HikariConfig configuration, Path file) {
    super(configuration);
    this.file = file.toAbsolutePath();
    this.script = this.file.resolveSibling("rows.sql.gz");
    this.fresh = this.file.resolveSibling("anew" + SUFFIX);
    tidy(); // what an interrupted attempt left
  }

  @Override
  public void close() {
    if (isClosed()) {
      return;
    }
    boolean erased = erased();
    super.close();
    if (erased) {
      try {
        overwrite();
      } catch (IOException | RuntimeException e) {
        LOG.error(
            "The database file could not be made anew after an erasure, so what was erased may"
                + " still be in it; that is tried again when the server stops again ({})",
            e.getClass().getSimpleName());
      }
    }
  }

  private boolean erased() {
    try {
      Integer erasures =
          new JdbcTemplate(this)
              .queryForObject(
                  "select count(*) from erasure where ended_at is not null and not overwritten",
                  Integer.class);
      return erasures != null && erasures > 0;
    } catch (RuntimeException e) {
      return false; // a database that is away is told of elsewhere
    }
  }

  /** Whoever is interrupted leaves the old file, which does not say that it was made anew. */
  private void overwrite() throws IOException {
    LOG.info("The database file is made anew, because patients were erased");
    try {
      database(file).execute("script to %s compression gzip".formatted(quoted(script)));
      JdbcTemplate anew = database(fresh);
      anew.execute("runscript from %s compression gzip".formatted(quoted(script)));
      anew.update("update erasure set overwritten = true where ended_at is not null");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      tidy();
    }
  }

  private void tidy() {
    try {
      Files.deleteIfExists(script);
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      LOG.error("{} and {} must be deleted: they hold patients' data", script, fresh);
    }
  }

  private JdbcTemplate database(Path of) {
    String url = getJdbcUrl().replace(withoutSuffix(file), withoutSuffix(of));
    return new JdbcTemplate(new DriverManagerDataSource(url, getUsername(), getPassword()));
  }

  private static String withoutSuffix(Path path) {
    String text = path.toString();
    return text.substring(0, text.length() - SUFFIX.length());
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }
}
