package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/** HAPI's migrations against what Hibernate makes of HAPI's entities. */
class FhirSchemaTest {
  @RegisterExtension static final PostgreSql DATABASE = new PostgreSql();

  /** On PostgreSQL, HAPI's migrations have dropped it. Tables that had it keep it. */
  private static final String DROPPED =
      "HFJ_RES_LINK fk FK_RESLINK_TARGET TARGET_RESOURCE_ID -> HFJ_RESOURCE";

  /** H2 numbers the indexes of primary keys as they come. */
  private static final Pattern GENERATED = Pattern.compile("(?<=^PRIMARY_KEY)_\\w+$");

  private static final List<HikariDataSource> POOLS = new ArrayList<>();

  @TempDir private static Path folder;

  private static DataSource h2() {
    String file = "jdbc:h2:file:" + folder.resolve("schema" + POOLS.size());
    return pool(file + ";WRITE_DELAY=0", "sa");
  }

  private static DataSource postgreSql() {
    String name = "schema" + POOLS.size();
    JdbcClient.create(new DriverManagerDataSource(DATABASE.url(), DATABASE.user(), ""))
        .sql("create database " + name)
        .update();
    return pool(DATABASE.url().replaceAll("/postgres$", "/" + name), DATABASE.user());
  }

  private static DataSource pool(String url, String user) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(url);
    pool.setUsername(user);
    pool.setMaximumPoolSize(4);
    POOLS.add(pool);
    return pool;
  }

  @AfterAll
  static void close() {
    POOLS.forEach(HikariDataSource::close);
  }

  static Stream<Named<Supplier<DataSource>>> databases() {
    return Stream.of(
        Named.of("H2", FhirSchemaTest::h2), Named.of("PostgreSQL", FhirSchemaTest::postgreSql));
  }

  @ParameterizedTest
  @MethodSource("databases")
  void makesTheTablesThatHibernateMakes(Supplier<DataSource> databases) throws Exception {
    DataSource migrated = databases.get();
    migrate(migrated);
    DataSource updated = databases.get();
    hibernate(updated);

    Set<String> expected = describe(updated);
    assertThat(expected).hasSizeGreaterThan(900);
    if (FhirSchema.of(updated).driver() == DriverTypeEnum.POSTGRES_9_4) {
      assertThat(expected.remove(DROPPED)).isTrue();
    }
    assertThat(describe(migrated)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("databases")
  void adoptsTheTablesThatHibernateMadeAndRunsNothingOnThem(Supplier<DataSource> databases)
      throws Exception {
    DataSource database = databases.get();
    hibernate(database);
    Set<String> before = describe(database);
    JdbcClient jdbc = JdbcClient.create(database);
    jdbc.sql("insert into hfj_resource_type (res_type_id, res_type) values (30000, 'Kept')")
        .update();

    migrate(database);

    assertThat(describe(database)).containsExactlyInAnyOrderElementsOf(before);
    assertThat(
            jdbc.sql("select res_type from hfj_resource_type where res_type_id = 30000")
                .query(String.class)
                .single())
        .isEqualTo("Kept");
    assertThat(journal(database, "\"execution_time\" = 0 and \"success\"")).isGreaterThan(200);
    assertThat(journal(database, "\"execution_time\" > 0 or not \"success\"")).isZero();
  }

  /** Killed while it made the tables, or while it took stock of them. */
  @ParameterizedTest
  @MethodSource("databases")
  void completesWhatWasInterrupted(Supplier<DataSource> databases) throws Exception {
    DataSource database = databases.get();
    migrate(database);
    Set<String> whole = describe(database);
    int steps = journal(database, "true");
    JdbcClient jdbc = JdbcClient.create(database);
    jdbc.sql("drop index idx_sp_token_hash_v2").update();
    jdbc.sql("drop table hfj_tag_def cascade").update();
    jdbc.sql("delete from \"FLY_HFJ_MIGRATION\"").update();
    jdbc.sql(
            "insert into \"FLY_HFJ_MIGRATION\" values"
                + " (-100, null, 'killed', 'L', '', 0, 'x', current_date, 0, false, '')")
        .update();

    migrate(database);

    Set<String> completed = describe(database);
    if (!whole.contains(DROPPED)) {
      completed.remove(DROPPED);
    }
    assertThat(completed).containsExactlyInAnyOrderElementsOf(whole);
    assertThat(journal(database, "not \"success\"")).isZero();
    assertThat(journal(database, "\"success\"")).isGreaterThanOrEqualTo(steps);
  }

  /** Two nodes that are both told to. */
  @Test
  void migratesOnceWhenTwoStartAtOnce() throws Exception {
    DataSource database = postgreSql();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Callable<Boolean> start =
          () -> {
            migrate(database);
            return true;
          };
      for (Future<Boolean> started : pool.invokeAll(List.of(start, start))) {
        assertThat(started.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(journal(database, "not \"success\"")).isZero();
  }

  /** Entries of HAPI's journal. */
  private static int journal(DataSource database, String condition) {
    return JdbcClient.create(database)
        .sql("select count(*) from \"FLY_HFJ_MIGRATION\" where " + condition)
        .query(Integer.class)
        .single();
  }

  private static void migrate(DataSource database) {
    withBeans(
        beans ->
            FhirSchema.of(database)
                .migrate(beans, FhirContext.forR4Cached(), new JpaStorageSettings()));
  }

  private static void hibernate(DataSource database) {
    withBeans(
        beans -> {
          LocalContainerEntityManagerFactoryBean factory =
              FhirSchema.of(database)
                  .entities(beans, FhirContext.forR4Cached(), new JpaStorageSettings(), "update");
          factory.afterPropertiesSet();
          factory.destroy();
        });
  }

  /** With the beans that HAPI's entities ask for. */
  private static void withBeans(Consumer<ConfigurableListableBeanFactory> work) {
    try (GenericApplicationContext context = new GenericApplicationContext()) {
      context.registerBean(PartitionSettings.class);
      context.registerBean(JpaStorageSettings.class);
      context.refresh();
      work.accept(context.getBeanFactory());
    }
  }

  /** Tables, columns, keys, indexes and sequences but those of the journal. */
  private static Set<String> describe(DataSource dataSource) throws SQLException {
    Set<String> lines = new TreeSet<>();
    try (Connection connection = dataSource.getConnection()) {
      DatabaseMetaData data = connection.getMetaData();
      String schema = connection.getSchema();
      List<String> tables = new ArrayList<>();
      try (ResultSet rows =
          data.getTables(null, schema, "%", new String[] {"TABLE", "BASE TABLE"})) {
        while (rows.next()) {
          tables.add(rows.getString("TABLE_NAME"));
        }
      }
      tables.removeIf(table -> table.equalsIgnoreCase("FLY_HFJ_MIGRATION"));
      for (String table : tables) {
        String t = table.toUpperCase(Locale.ROOT);
        try (ResultSet rows = data.getColumns(null, schema, table, "%")) {
          while (rows.next()) {
            lines.add(
                "%s column %s %s(%s,%s) %s default %s auto %s"
                    .formatted(
                        t,
                        rows.getString("COLUMN_NAME").toUpperCase(Locale.ROOT),
                        rows.getString("TYPE_NAME"),
                        rows.getString("COLUMN_SIZE"),
                        rows.getString("DECIMAL_DIGITS"),
                        rows.getString("IS_NULLABLE").equals("NO") ? "not null" : "null",
                        rows.getString("COLUMN_DEF"),
                        rows.getString("IS_AUTOINCREMENT")));
          }
        }
        Map<String, List<String>> indexes = new TreeMap<>();
        try (ResultSet rows = data.getIndexInfo(null, schema, table, false, true)) {
          while (rows.next()) {
            if (rows.getString("INDEX_NAME") != null) {
              indexes
                  .computeIfAbsent(
                      GENERATED
                              .matcher(rows.getString("INDEX_NAME").toUpperCase(Locale.ROOT))
                              .replaceFirst("")
                          + (rows.getBoolean("NON_UNIQUE") ? "" : " unique"),
                      k -> new ArrayList<>())
                  .add(rows.getString("COLUMN_NAME").toUpperCase(Locale.ROOT));
            }
          }
        }
        indexes.forEach((k, v) -> lines.add(t + " index " + k + " " + v));
        try (ResultSet rows = data.getImportedKeys(null, schema, table)) {
          while (rows.next()) {
            lines.add(
                t
                    + " fk "
                    + rows.getString("FK_NAME").toUpperCase(Locale.ROOT)
                    + " "
                    + rows.getString("FKCOLUMN_NAME").toUpperCase(Locale.ROOT)
                    + " -> "
                    + rows.getString("PKTABLE_NAME").toUpperCase(Locale.ROOT));
          }
        }
        try (ResultSet rows = data.getPrimaryKeys(null, schema, table)) {
          while (rows.next()) {
            lines.add(
                t
                    + " pk "
                    + rows.getString("KEY_SEQ")
                    + " "
                    + rows.getString("COLUMN_NAME").toUpperCase(Locale.ROOT));
          }
        }
      }
    }
    lines.addAll(
        JdbcClient.create(dataSource)
            .sql(
                "select upper(sequence_name) || ' sequence ' || start_value || ' ' || increment"
                    + " from information_schema.sequences")
            .query(String.class)
            .list());
    return lines;
  }
}
