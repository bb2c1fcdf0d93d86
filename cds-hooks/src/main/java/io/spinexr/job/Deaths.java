package io.spinexr.job;

import com.github.kagkarlsson.scheduler.event.ExecutionChain;
import com.github.kagkarlsson.scheduler.event.ExecutionInterceptor;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.DeadExecutionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Nodes that ended in the midst of a job, in a row. Such a job is taken up again; but one that ends
 * every node that takes it up must not do so for ever.
 */
public final class Deaths implements ExecutionInterceptor {
  /** After so many an analysis is given up: it reads what others have made. */
  public static final int MOST_OF_ANALYSES = 3;

  /**
   * After so many any other job is. They are more, because a search or an output may only have been
   * under way when an analysis ended the node: it lives to see that given up.
   */
  public static final int MOST_OF_OTHERS = 2 * MOST_OF_ANALYSES;

  private static final Logger LOG = LoggerFactory.getLogger(Deaths.class);

  private final JdbcClient jdbc;
  private final String node;
  private final Clock clock;

  /**
   * @param node the name of this one, which lives
   */
  Deaths(DataSource dataSource, String node, Clock clock) {
    this.jdbc = JdbcClient.create(dataSource);
    this.node = node;
    this.clock = clock;
  }

  /**
   * A job without data that knows its end.
   *
   * @param most how many nodes may end at it
   * @param failed what becomes of it when it fails
   * @param run does it, by its id and why it is not to be tried any more, if so
   */
  public Task<Void> task(
      TaskDescriptor<Void> descriptor,
      int most,
      FailureHandler<Void> failed,
      BiFunction<String, Optional<String>, CompletionHandler<Void>> run) {
    return Tasks.custom(descriptor)
        .onFailure(failed)
        .onDeadExecution(revival())
        .execute((instance, context) -> run.apply(instance.getId(), verdict(context, most)));
  }

  /**
   * Why a job has to be given up, as a clause; empty while it may be tried.
   *
   * @param most how many nodes may end at it
   */
  Optional<String> verdict(ExecutionContext context, int most) {
    return Optional.of(context.getExecution())
        .filter(Deaths::mayHaveDied)
        .map(execution -> count(execution.taskInstance))
        .filter(deaths -> deaths >= most)
        .map("the server ended %d times in the midst of it"::formatted);
  }

  /** Takes a job up again whose node ended, and counts that. */
  <T> DeadExecutionHandler<T> revival() {
    return (complete, job) -> {
      Execution execution = complete.getExecution();
      // A node that lost the database for a while finds its own jobs dead.
      if (!node.equals(execution.pickedBy)) {
        LOG.warn(
            "a node ended while it was at job {} {}", execution.getTaskName(), execution.getId());
        increase(execution.taskInstance);
      }
      job.reschedule(complete, clock.instant());
    };
  }

  @Override
  public CompletionHandler<?> execute(
      TaskInstance<?> job, ExecutionContext context, ExecutionChain chain) {
    try {
      return chain.proceed(job, context);
    } finally {
      if (mayHaveDied(context.getExecution())) {
        forget(job);
      }
      // A node that stops interrupts what takes too long. How that ends is still written down.
      Thread.interrupted();
    }
  }

  /** A revival counts as a failure for the scheduler, which spares a look at most jobs. */
  private static boolean mayHaveDied(Execution execution) {
    return execution.consecutiveFailures > 0;
  }

  private int count(TaskInstanceId job) {
    return jdbc.sql(
            "select deaths from job_death where task_name = :task and task_instance = :instance")
        .param("task", job.getTaskName())
        .param("instance", job.getId())
        .query(Integer.class)
        .optional()
        .orElse(0);
  }

  /** Only one node finds a job dead at a time, because it moves on with that. */
  private void increase(TaskInstanceId job) {
    int updated =
        jdbc.sql(
                "update job_death set deaths = deaths + 1"
                    + " where task_name = :task and task_instance = :instance")
            .param("task", job.getTaskName())
            .param("instance", job.getId())
            .update();
    if (updated == 0) {
      jdbc.sql(
              "insert into job_death (task_name, task_instance, deaths) values (:task, :instance,"
                  + " 1)")
          .param("task", job.getTaskName())
          .param("instance", job.getId())
          .update();
    }
  }

  private void forget(TaskInstanceId job) {
    jdbc.sql("delete from job_death where task_name = :task and task_instance = :instance")
        .param("task", job.getTaskName())
        .param("instance", job.getId())
        .update();
  }
}
