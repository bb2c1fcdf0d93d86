package io.spinexr.erasure;

import io.spinexr.audit.AuditErasure;
import io.spinexr.order.ImagingOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rows of one patient in our tables. What is in force against the AI's use (patient_privacy)
 * stays: it is a hash, and what the patient wanted. A new table with patients' data has to be here.
 */
final class PatientRows {
  private static final List<String> JOBS = List.of("order_job", "analysis_job");

  /** In this order: the cards tell which feedback is about them. */
  private static final List<Part> PARTS =
      List.of(
          new Part(
              "feedback",
              "cds_feedback",
              """
              card in (select uuid from cds_card where study_uid in (:studies))
                or card in (select card from card_page where page in (:pages))\
              """),
          new Part("cards", "cds_card", "study_uid in (:studies)"),
          new Part("links of cards", "card_page", "page in (:pages)"),
          new Part("opened pages", "page_grant", "page in (:pages)"),
          new Part("results", "study_analysis", "study_uid in (:studies)"),
          new Part("results at outputs", "result_output", "study_uid in (:studies)"),
          new Part("results to bring", "result_document", "study_uid in (:studies)"),
          new Part("followed studies", "study_watch", "study_uid in (:studies)"),
          new Part("disputes", "study_dispute", "study_uid in (:studies)"),
          new Part(
              "studies of orders",
              "order_study",
              "order_key in (:orders) or study_uid in (:studies)"),
          new Part("identifiers of orders", "order_patient", "order_key in (:orders)"),
          new Part("orders", "imaging_order", "order_key in (:orders)"),
          new Part("statements", "patient_statement", "patient in (:hashes)"),
          new Part("merges", "patient_merge", "retired in (:hashes)"),
          new Part(
              "ended restrictions",
              "patient_privacy",
              "subject in (:hashes) and ended_at is not null"));

  private final JdbcClient jdbc;
  private final AuditErasure audit;

  PatientRows(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
    this.audit = new AuditErasure(dataSource);
  }

  private record Part(String name, String table, String whose) {}

  private record Job(String table, String task, String instance, boolean running) {}

  /** How many there are of each kind; a kind without any is absent. */
  Map<String, Integer> count(Scope scope) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Part part : PARTS) {
      int rows =
          of("select count(*) from %s where %s".formatted(part.table, part.whose), scope)
              .query(Integer.class)
              .single();
      if (rows > 0) {
        counts.put(part.name, rows);
      }
    }
    return counts;
  }

  /** Whether a job is at work that may bring something back when it ends. */
  boolean busy(Scope scope) {
    return jobs(scope).anyMatch(Job::running);
  }

  /**
   * To be called inside a transaction.
   *
   * @return how many there were of each kind
   * @throws CannotAcquireLockException if a job has begun meanwhile
   */
  Map<String, Integer> delete(Scope scope) {
    jobs(scope).forEach(this::delete);
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Part part : PARTS) {
      int rows = of("delete from %s where %s".formatted(part.table, part.whose), scope).update();
      if (rows > 0) {
        counts.put(part.name, rows);
      }
    }
    int entries =
        audit.erase(
            scope.charts(),
            Stream.concat(scope.orders().stream(), scope.studies().stream())
                .collect(Collectors.toSet()),
            scope.values());
    if (entries > 0) {
      counts.put("audit entries", entries);
    }
    return counts;
  }

  private void delete(Job job) {
    int deleted =
        jdbc.sql(
                "delete from %s where task_name = :task and task_instance = :instance and not picked"
                    .formatted(job.table))
            .param("task", job.task)
            .param("instance", job.instance)
            .update();
    if (deleted == 0) {
      throw new CannotAcquireLockException("a job has begun meanwhile");
    }
    jdbc.sql("delete from job_death where task_name = :task and task_instance = :instance")
        .param("task", job.task)
        .param("instance", job.instance)
        .update();
  }

  private JdbcClient.StatementSpec of(String sql, Scope scope) {
    Set<String> pages =
        Stream.of(scope.orders(), scope.studies(), charts(scope))
            .flatMap(Set::stream)
            .collect(Collectors.toSet());
    Map<String, Object> all =
        Map.of(
            "studies", ScopeSearch.orNone(scope.studies()),
            "orders", ScopeSearch.orNone(scope.orders()),
            "pages", ScopeSearch.orNone(pages),
            "hashes", scope.hashes());
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (Map.Entry<String, Object> value : all.entrySet()) {
      if (sql.contains(":" + value.getKey())) {
        statement = statement.param(value.getKey(), value.getValue());
      }
    }
    return statement;
  }

  private static Set<String> charts(Scope scope) {
    return scope.charts().stream().map(ImagingOrder::chart).collect(Collectors.toSet());
  }

  /** Those that are named by the patient's orders, studies or identifiers, or carry them. */
  private Stream<Job> jobs(Scope scope) {
    Set<String> keys =
        Stream.of(scope.orders(), scope.studies(), scope.hashes())
            .flatMap(Set::stream)
            .collect(Collectors.toSet());
    return JOBS.stream()
        .flatMap(
            table ->
                jdbc
                    .sql("select task_name, task_instance, task_data, picked from " + table)
                    .query(
                        (rows, row) ->
                            new Candidate(
                                new Job(
                                    table,
                                    rows.getString("task_name"),
                                    rows.getString("task_instance"),
                                    rows.getBoolean("picked")),
                                rows.getBytes("task_data")))
                    .list()
                    .stream())
        .filter(candidate -> candidate.isAbout(keys))
        .map(Candidate::job);
  }

  private record Candidate(Job job, byte @Nullable [] data) {
    private boolean isAbout(Set<String> keys) {
      String carried = data == null ? "" : new String(data, StandardCharsets.UTF_8);
      return keys.stream()
          .anyMatch(
              key ->
                  job.instance.equals(key)
                      || job.instance.startsWith(key + "/")
                      || carried.contains('"' + key + '"'));
    }
  }
}
