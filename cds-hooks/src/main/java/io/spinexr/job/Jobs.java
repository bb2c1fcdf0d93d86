package io.spinexr.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.spinexr.store.StoredJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * db-scheduler on the shared database, twice: searches and outputs wait for others and are many at
 * a time, analyses compute and are few. Neither holds the other up. Scheduling joins the
 * transaction that is under way.
 */
public final class Jobs implements AutoCloseable {
  private static final String ORDER_TABLE = "order_job";
  private static final String ANALYSIS_TABLE = "analysis_job";

  /** After so many another node takes the job over. */
  static final int MISSED_HEARTBEATS = 4;

  private static final Duration SHUTDOWN = Duration.ofSeconds(5);

  /** Jobs of models that no node has any more are kept for so long. */
  private static final Duration KEEP_UNKNOWN = Duration.ofDays(365);

  /** Plain SQL, which H2 and PostgreSQL both take; all times have a zone. */
  private static final JdbcCustomization SQL = new DefaultJdbcCustomization(false);

  private final DataSource joining;
  private final String node;
  private final AnalysisProperties properties;
  private final Clock clock;
  private final Deaths deaths;
  private final SchedulerClient orders;
  private final SchedulerClient analyses;
  private final List<Scheduler> running = new CopyOnWriteArrayList<>();

  /**
   * @param node whose name other nodes do not have
   */
  public Jobs(DataSource dataSource, String node, AnalysisProperties properties, Clock clock) {
    this.joining = new TransactionAwareDataSourceProxy(dataSource);
    this.node = node;
    this.properties = properties;
    this.clock = clock;
    this.deaths = new Deaths(joining, node, clock);
    this.orders =
        SchedulerClient.Builder.create(joining)
            .tableName(ORDER_TABLE)
            .serializer(new JacksonSerializer(StoredJson.MAPPER))
            .jdbcCustomization(SQL)
            .build();
    this.analyses =
        SchedulerClient.Builder.create(joining)
            .tableName(ANALYSIS_TABLE)
            .serializer(new JacksonSerializer(StoredJson.MAPPER))
            .jdbcCustomization(SQL)
            .enablePriority()
            .build();
  }

  /** For scheduling searches and outputs. */
  public SchedulerClient orders() {
    return orders;
  }

  /** What nodes died of. */
  public Deaths deaths() {
    return deaths;
  }

  /** For scheduling analyses. */
  public SchedulerClient analyses() {
    return analyses;
  }

  /**
   * From now on this node does jobs.
   *
   * @param analysisTask if it does analyses, too
   */
  public void start(List<Task<?>> orderTasks, int orderThreads, Optional<Task<?>> analysisTask) {
    running.add(
        configured(Scheduler.create(joining, orderTasks))
            .tableName(ORDER_TABLE)
            .threads(orderThreads)
            .build());
    analysisTask.ifPresent(
        task ->
            running.add(
                configured(Scheduler.create(joining, task))
                    .tableName(ANALYSIS_TABLE)
                    .threads(properties.workers())
                    .enablePriority()
                    .build()));
    running.forEach(Scheduler::start);
  }

  private SchedulerBuilder configured(SchedulerBuilder builder) {
    return builder
        .schedulerName(new SchedulerName.Fixed(node))
        .serializer(new JacksonSerializer(StoredJson.MAPPER))
        .jdbcCustomization(SQL)
        .pollingInterval(properties.pollInterval())
        .heartbeatInterval(properties.heartbeat())
        .missedHeartbeatsLimit(MISSED_HEARTBEATS)
        .deleteUnresolvedAfter(KEEP_UNKNOWN)
        .shutdownMaxWait(SHUTDOWN)
        .addExecutionInterceptor(deaths)
        .failureLogging(LogLevel.OFF, false) // the jobs tell their failures themselves
        .clock(new OnwardClock(clock)::now);
  }

  /**
   * Makes a job due at this time, whether it is new, waits, or runs: a job that runs notices when
   * it ends that it was asked for again, because whoever asks has changed its row before.
   */
  public static void schedule(SchedulerClient client, TaskInstance<Void> job, Instant at) {
    try {
      client.schedule(job, at, ScheduleOptions.WHEN_EXISTS_RESCHEDULE);
    } catch (TaskInstanceCurrentlyExecutingException e) {
      // It runs.
    } catch (ExecutionException e) {
      // It began to run between db-scheduler's look at it and its update.
    }
  }

  /** To be called after a transaction that scheduled: inside it, there is nothing to see yet. */
  void checkNow() {
    running.forEach(Scheduler::triggerCheckForDueExecutions);
  }

  @Override
  public void close() {
    running.forEach(Scheduler::stop);
  }

  /**
   * A clock that is set back goes on at half its pace until the time is what it was: db-scheduler's
   * waits last until its clock says so, and what is due in a moment would be due in hours.
   */
  private static final class OnwardClock {
    private final Clock clock;
    private Instant last;
    private long lastNanos = System.nanoTime();

    private OnwardClock(Clock clock) {
      this.clock = clock;
      this.last = clock.instant();
    }

    private synchronized Instant now() {
      long nanos = System.nanoTime();
      Instant atLeast = last.plusNanos((nanos - lastNanos) / 2);
      Instant told = clock.instant();
      last = told.isAfter(atLeast) ? told : atLeast;
      lastNanos = nanos;
      return last;
    }
  }
}
