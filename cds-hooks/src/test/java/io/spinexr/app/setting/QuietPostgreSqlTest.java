package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.spinexr.fhir.server.PostgreSql;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What PostgreSQL refuses is told without the values that it refuses. */
class QuietPostgreSqlTest {
  private static final String VALUE = "a value of a row";

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  @BeforeEach
  void keepOneRow() {
    JdbcTemplate database = database("");
    database.execute("drop table if exists kept");
    database.execute("create table kept (value text primary key)");
    database.update("insert into kept values (?)", VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?logServerErrorDetail=true", "?socketTimeout=7"})
  void sayNothingOfTheRow(String parameters) {
    JdbcTemplate database = database(parameters);

    Throwable one = catchThrowable(() -> database.update("insert into kept values (?)", VALUE));
    List<Object[]> rows = IntStream.range(0, 2).mapToObj(i -> new Object[] {VALUE}).toList();
    Throwable batch =
        catchThrowable(() -> database.batchUpdate("insert into kept values (?)", rows));

    assertThat(trace(one)).contains("duplicate key").doesNotContain(VALUE);
    assertThat(trace(batch)).contains("BatchUpdateException").doesNotContain(VALUE);
  }

  private static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  private static JdbcTemplate database(String parameters) {
    String url =
        new Settings.Database(POSTGRESQL.url() + parameters, POSTGRESQL.user(), "", 4).address();
    return new JdbcTemplate(new DriverManagerDataSource(url, POSTGRESQL.user(), ""));
  }
}
