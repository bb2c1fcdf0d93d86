package io.spinexr.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.service.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class FileSpaceTest {
  private static final int ROWS = 500;

  @TempDir private static Path folder;

  @Test
  void makesRoomInTheFileWhileItIsInUseAndLosesNothing() throws IOException {
    Path file = folder.resolve("used.mv.db");
    String url =
        "jdbc:h2:async:%s;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE".formatted(folder.resolve("used"));
    List<Integer> rows;
    try (HikariDataSource database = Node.pool(url, "sa")) {
      JdbcClient tables = JdbcClient.create(database);
      tables.sql("create table used (id int primary key, text varchar(2000))").update();
      for (int i = 0; i < ROWS; i++) {
        tables
            .sql("insert into used values (:id, :text)")
            .param("id", i)
            .param("text", Integer.toString(i).repeat(300))
            .update();
      }
      rows = rows(tables);
      assertThat(rows).hasSize(ROWS);
      long before = Files.size(file);
      tables.sql("set retention_time 500").update();

      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(600))
          .until(
              () -> {
                FileSpace.make(database);
                // H2 looks at what is free when it writes.
                tables.sql("update used set text = text where id = 0").update();
                return Files.size(file) < before / 3;
              });
      assertThat(rows(tables)).isEqualTo(rows);
    }
    try (HikariDataSource database = Node.pool(url, "sa")) {
      assertThat(rows(JdbcClient.create(database))).isEqualTo(rows);
    }
  }

  private static List<Integer> rows(JdbcClient tables) {
    return tables
        .sql(
            "select hash('SHA-256', text) = hash('SHA-256', repeat(cast(id as varchar), 300)), id"
                + " from used order by id")
        .query((row, number) -> row.getBoolean(1) ? row.getInt(2) : -1)
        .list();
  }

  @Test
  void leavesADatabaseInMemoryAsItIs() {
    try (HikariDataSource database = Node.database("space")) {
      FileSpace.make(database);
      assertThat(JdbcClient.create(database).sql("select 1").query(Integer.class).single())
          .isEqualTo(1);
    }
  }
}
