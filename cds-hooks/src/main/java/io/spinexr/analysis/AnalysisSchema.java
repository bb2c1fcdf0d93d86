package io.spinexr.analysis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tables of this package, made where they are missing: {@code schema.sql}. */
final class AnalysisSchema {
  private static final int ATTEMPTS = 5;
  private static final Pattern COMMENT = Pattern.compile("--.*");

  private AnalysisSchema() {}

  /**
   * Safe to call on every start and on several nodes at once: PostgreSQL's {@code if not exists}
   * still fails when two nodes create the same table in the same moment, so each statement gets
   * several attempts.
   */
  static void create(DataSource dataSource) {
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    for (String statement : statements()) {
      execute(jdbc, statement);
    }
  }

  private static void execute(JdbcTemplate jdbc, String statement) {
    for (int attempt = 1; ; attempt++) {
      try {
        jdbc.execute(statement);
        return;
      } catch (DataAccessException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static List<String> statements() {
    try (InputStream sql = AnalysisSchema.class.getResourceAsStream("schema.sql")) {
      String text = new String(sql.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(COMMENT.matcher(text).replaceAll("").split(";"))
          .map(String::strip)
          .filter(statement -> !statement.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
