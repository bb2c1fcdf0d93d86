package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.app.setting.Mistake;
import io.spinexr.service.Node;
import io.spinexr.store.Schema;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** A start on an H2 file that cannot be read. */
class DamagedDatabaseTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void make() throws IOException {
    Path database = Files.createDirectory(folder.resolve("database"));
    try (HikariDataSource opened =
        Node.pool("jdbc:h2:file:" + database.resolve("spinexr"), "spinexr")) {
      Schema.migrate(opened);
      new JdbcTemplate(opened)
          .execute("create table filler as select random_uuid() from system_range(1, 20000)");
    }
    file = database.resolve("spinexr.mv.db");
  }

  @Test
  void namesTheBackupWhenItIsNoDatabaseAnyMore() throws IOException {
    Files.write(file, noise(100_000));

    assertThatTheStartNamesTheBackup();
  }

  /** H2 would begin with an empty one. */
  @Test
  void namesTheBackupWhenAllButItsBeginningIsDestroyed() throws IOException {
    int size = (int) Files.size(file);
    try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
      damaged.seek(8192);
      damaged.write(noise(size - 8192));
    }

    assertThatTheStartNamesTheBackup();
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(7).nextBytes(noise);
    return noise;
  }

  private void assertThatTheStartNamesTheBackup() {
    assertThatThrownBy(() -> Server.start(Optional.empty(), DemoSettings.in(folder)).close())
        .isInstanceOf(Mistake.class)
        .hasMessageStartingWith("The database file is damaged: ")
        .hasMessageContaining("\"Backup\" in docs/operations.md");
  }
}
