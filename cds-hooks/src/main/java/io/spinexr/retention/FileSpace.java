package io.spinexr.retention;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import io.spinexr.job.Deaths;
import io.spinexr.job.Failures;
import io.spinexr.job.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The durable job that makes room in H2's file. H2 writes every change to a new place, and leaves
 * it to a thread of its own to put together what is left of old places, so that they can be used
 * again; with {@code WRITE_DELAY=0} there is no such thread. PostgreSQL has its own.
 */
public final class FileSpace {
  private static final Logger LOG = LoggerFactory.getLogger(FileSpace.class);
  private static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("file space");
  private static final Duration PAUSE = Duration.ofMinutes(10);

  /** As H2's own thread would: percent of the file that should be of use. */
  private static final int USED = 90;

  /** Bytes that are written at a time. */
  private static final int AT_A_TIME = 16 << 20;

  private final DataSource dataSource;
  private final Work work;

  public FileSpace(DataSource dataSource, Work work) {
    this.dataSource = dataSource;
    this.work = work;
  }

  public void begin() {
    work.jobs()
        .orders()
        .scheduleIfNotExists(DESCRIPTOR.instance("h2").build(), work.now().plus(PAUSE));
  }

  public Task<Void> task() {
    return work.jobs()
        .deaths()
        .task(
            DESCRIPTOR,
            Deaths.MOST_OF_OTHERS,
            (complete, job) -> {
              int attempt = complete.getExecution().consecutiveFailures + 1;
              Throwable cause = complete.getCause().orElseThrow();
              work.meters().failure(DESCRIPTOR.getTaskName(), cause);
              Failures.log(LOG, DESCRIPTOR.getTaskName(), attempt, PAUSE, cause);
              job.reschedule(complete, work.now().plus(PAUSE));
            },
            (id, fatal) -> {
              if (fatal.isEmpty()) {
                make(dataSource);
              }
              return (complete, job) -> job.reschedule(complete, work.now().plus(PAUSE));
            });
  }

  /** What is put together is free for others after H2's RETENTION_TIME. */
  static void make(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection()) {
      if (connection.isWrapperFor(JdbcConnection.class)
          && connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
        session.getDatabase().getStore().getMvStore().compact(USED, AT_A_TIME);
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("the database does not answer", e);
    }
  }
}
