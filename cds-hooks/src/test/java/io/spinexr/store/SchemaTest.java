package io.spinexr.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Databases of version 0.1, HAPI's tables among them, under this version. */
class SchemaTest {
  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();
  @TempDir Path folder;

  @Test
  void bringsAnH2FileOfTheFirstVersionToThisOneWithEverythingThere() throws IOException {
    try (InputStream packed = resource("spinexr-0.1.mv.db.gz")) {
      Files.copy(new GZIPInputStream(packed), folder.resolve("spinexr.mv.db"));
    }
    try (HikariDataSource database =
        pool("jdbc:h2:file:" + folder.resolve("spinexr") + ";WRITE_DELAY=0", "spinexr")) {
      Schema.migrate(database);
      Schema.migrate(database); // every start

      assertThatEverythingIsThere(database);
    }
  }

  @Test
  void bringsAPostgreSqlDatabaseOfTheFirstVersionToThisOneWithEverythingThere() throws IOException {
    try (HikariDataSource database = pool(POSTGRESQL.url(), POSTGRESQL.user())) {
      new JdbcTemplate(database).execute(dump());
    }
    try (HikariDataSource database = pool(POSTGRESQL.url(), POSTGRESQL.user())) {
      Schema.migrate(database);
      Schema.migrate(database);

      assertThatEverythingIsThere(database);
    }
  }

  @Test
  void makesTheSameTablesWhereThereAreNone() throws IOException {
    try (InputStream packed = resource("spinexr-0.1.mv.db.gz")) {
      Files.copy(new GZIPInputStream(packed), folder.resolve("spinexr.mv.db"));
    }
    try (HikariDataSource old =
            pool("jdbc:h2:file:" + folder.resolve("spinexr") + ";WRITE_DELAY=0", "spinexr");
        HikariDataSource fresh = pool("jdbc:h2:mem:fresh;DB_CLOSE_DELAY=-1", "sa")) {
      Schema.migrate(old);
      Schema.migrate(fresh);

      assertThat(columns(fresh)).isNotEmpty().isEqualTo(columns(old));
    }
  }

  @Test
  void tellsTheVerdictsOfStoredResults() {
    try (HikariDataSource database = pool("jdbc:h2:mem:verdicts;DB_CLOSE_DELAY=-1", "sa")) {
      Schema.configuration(database).target("4").load().migrate();
      String marked = "[{\"type\": \"osteophytes\", \"score\": 0.9}]";
      stored(database, "1.1", image(0.4, "[]"));
      stored(database, "1.2", image(0.1, "[]"), image(0.39, marked));
      stored(database, "1.3", image(0.1, marked), image(0.5, "[]"));
      stored(database, "1.4", image(0.39, "[]"));
      stored(database, "1.5");
      insert(database, "1.6", null);

      Schema.migrate(database);

      assertThat(
              JdbcClient.create(database)
                  .sql(
                      "select concat(study_uid, ' ', verdict) from study_analysis order by"
                          + " study_uid")
                  .query(String.class)
                  .list())
          .containsExactly(
              "1.1 abnormal-by-classifier",
              "1.2 abnormal-by-detector",
              "1.3 abnormal-by-classifier",
              "1.4 nothing-found",
              "1.5 not-analysable",
              "1.6 ");
    }
  }

  @Test
  void tellsTheTypesOfStoredFindings() {
    try (HikariDataSource database = pool("jdbc:h2:mem:types;DB_CLOSE_DELAY=-1", "sa")) {
      Schema.configuration(database).target("7").load().migrate();
      String constants = "[{\"type\": \"VERTEBRAL_COLLAPSE\", \"score\": 0.7}]";
      String codes =
          """
          [{"type": "osteophytes", "score": 0.9}, {"type": "vertebral-collapse", "score": 0.8},
          {"type": "osteophytes", "score": 0.2}]\
          """;
      stored(database, "1.1", image(0.4, constants), image(0.4, codes));
      stored(database, "1.2", image(0.4, "[]"));
      insert(database, "1.3", null);

      Schema.migrate(database);

      assertThat(
              JdbcClient.create(database)
                  .sql(
                      "select concat(study_uid, ' ', finding_types) from study_analysis order by"
                          + " study_uid")
                  .query(String.class)
                  .list())
          .containsExactly("1.1 osteophytes,vertebral-collapse", "1.2 ", "1.3 ");
      assertThat(
              JdbcClient.create(database)
                  .sql("select study_uid from study_analysis where finding_types is null")
                  .query(String.class)
                  .list())
          .containsExactly("1.3");
    }
  }

  private static String image(double probability, String findings) {
    return "{\"probability\": %s, \"threshold\": 0.4, \"findings\": %s}"
        .formatted(probability, findings);
  }

  private static void stored(DataSource database, String study, String... images) {
    insert(
        database, study, "{\"format\": 2, \"images\": [%s]}".formatted(String.join(", ", images)));
  }

  private static void insert(DataSource database, String study, String findings) {
    JdbcClient.create(database)
        .sql(
            """
            insert into study_analysis
              (study_uid, model_set, order_key, patient, radiographs, request, attempts, state,
               description, requested_at, findings)
            values (:study, 's', 'o', 'p', 1, 1, 1, 'DONE', '', current_timestamp, :findings)\
            """)
        .param("study", study)
        .param("findings", findings)
        .update();
  }

  private static void assertThatEverythingIsThere(DataSource database) {
    JdbcClient jdbc = JdbcClient.create(database);
    assertThat(
            jdbc.sql("select state from imaging_order order by state").query(String.class).list())
        .containsExactly("GIVEN_UP", "GIVEN_UP", "GIVEN_UP", "WAITING");
    assertThat(
            jdbc.sql("select reading_priority from study_analysis order by 1")
                .query(String.class)
                .list())
        .containsExactly("asap", "routine");
    assertThat(jdbc.sql("select triage from study_analysis order by 1").query(String.class).list())
        .containsExactly("asap", "routine");
    assertThat(
            jdbc.sql("select count(*) from study_analysis where findings is not null")
                .query(Integer.class)
                .single())
        .isEqualTo(2);
    assertThat(jdbc.sql("select verdict from study_analysis order by 1").query(String.class).list())
        .containsExactly("abnormal-by-classifier", "nothing-found");
    assertThat(
            jdbc.sql(
                    "select finding_types from study_analysis"
                        + " where finding_types_at = analysed_at order by 1")
                .query(String.class)
                .list())
        .containsExactly("", "spondylolisthesis,vertebral-collapse,other-lesions,osteophytes");
    OrderStore orders = new OrderStore(database);
    for (String key : jdbc.sql("select order_key from imaging_order").query(String.class).list()) {
      assertThat(orders.keysOfChart(orders.order(key).orElseThrow().order().chart(), 9))
          .contains(key);
    }
    // The orders' patients, as their analyses name them.
    assertThat(
            jdbc.sql(
                    """
                    select count(*) from study_analysis a join order_patient p
                    on p.order_key = a.order_key and p.patient = a.patient\
                    """)
                .query(Integer.class)
                .single())
        .isEqualTo(2);
    assertThat(
            jdbc.sql("select output || ' ' || state from result_output where touched order by 1")
                .query(String.class)
                .list())
        .containsExactly("ehr dropped", "ehr dropped", "record written", "record written");
    for (Map.Entry<String, Integer> rows :
        Map.of(
                "order_study",
                2,
                "order_job",
                3,
                "cds_card",
                1,
                "cds_feedback",
                1,
                "order_patient",
                4)
            .entrySet()) {
      assertThat(jdbc.sql("select count(*) from " + rows.getKey()).query(Integer.class).single())
          .as(rows.getKey())
          .isEqualTo(rows.getValue());
    }
    assertThat(jdbc.sql("select count(*) from hfj_resource").query(Integer.class).single())
        .isPositive();
  }

  private static Map<String, List<String>> columns(DataSource database) {
    Map<String, List<String>> tables = new TreeMap<>();
    for (String table :
        List.of(
            "imaging_order",
            "order_study",
            "order_patient",
            "study_analysis",
            "study_dispute",
            "study_watch",
            "result_output",
            "result_document",
            "patient_statement",
            "patient_merge",
            "known_model_set",
            "order_job",
            "analysis_job",
            "cds_card",
            "cds_feedback",
            "cds_token")) {
      tables.put(
          table,
          JdbcClient.create(database)
              .sql(
                  """
                  select column_name || ' ' || data_type || ' ' || is_nullable || ' '
                    || coalesce(cast(character_maximum_length as varchar), '')
                  from information_schema.columns where lower(table_name) = :table order by 1\
                  """)
              .param("table", table)
              .query(String.class)
              .list());
    }
    return tables;
  }

  private static String dump() throws IOException {
    try (InputStream packed = resource("spinexr-0.1.sql.gz")) {
      return new String(new GZIPInputStream(packed).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("\\")) // psql's own commands
          .collect(Collectors.joining("\n"));
    }
  }

  private static InputStream resource(String name) {
    return SchemaTest.class.getResourceAsStream(name);
  }

  private static HikariDataSource pool(String url, String user) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setMaximumPoolSize(4);
    return new HikariDataSource(config);
  }
}
