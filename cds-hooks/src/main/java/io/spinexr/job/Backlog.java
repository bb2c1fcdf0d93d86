package io.spinexr.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whether any node does the analyses that are due. It is told by what nodes leave in the database,
 * so that every node can tell it of all.
 */
public final class Backlog {
  private final JdbcClient jdbc;
  private final String modelSet;
  private final Duration patience;
  private final Clock clock;

  public Backlog(
      DataSource dataSource, String modelSet, AnalysisProperties properties, Clock clock) {
    this.jdbc = JdbcClient.create(dataSource);
    this.modelSet = modelSet;
    this.patience =
        longer(properties.heartbeat(), properties.pollInterval())
            .multipliedBy(Jobs.MISSED_HEARTBEATS);
    this.clock = clock;
  }

  /**
   * Analyses that are due and that nobody takes.
   *
   * @param analyses how many
   * @param since when the first was due
   */
  public record Left(long analyses, Instant since) {}

  /**
   * Empty while some node works on analyses of the active model set, however many wait, and while
   * none has waited for four heartbeats, or looks for jobs if these are further apart.
   */
  public Optional<Left> unattended() {
    OffsetDateTime before = clock.instant().minus(patience).atOffset(ZoneOffset.UTC);
    return jdbc.sql(
            """
            select count(*) as analyses, min(execution_time) as since from analysis_job
            where task_name = :task and execution_time < :before
            and not exists (
              select 1 from analysis_job busy where busy.task_name = :task
              and (busy.last_heartbeat >= :before or busy.last_failure >= :before))
            and not exists (
              select 1 from study_analysis ended where ended.model_set = :set
              and (ended.analysed_at >= :before or ended.failed_at >= :before))
            having count(*) > 0\
            """)
        .param("task", AnalysisRequests.descriptor(modelSet).getTaskName())
        .param("set", modelSet)
        .param("before", before)
        .query(
            (rows, row) ->
                new Left(
                    rows.getLong("analyses"),
                    rows.getObject("since", OffsetDateTime.class).toInstant()))
        .optional();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
