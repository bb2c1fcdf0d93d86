package io.spinexr.syslog;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import io.spinexr.audit.AuditFeed;
import io.spinexr.job.Deaths;
import io.spinexr.job.Failures;
import io.spinexr.job.StoppingException;
import io.spinexr.job.Work;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable job that brings the audit to a syslog server, one on all nodes. What was under way
 * when it failed is brought again.
 */
public final class AuditForwarding {
  private static final Logger LOG = LoggerFactory.getLogger(AuditForwarding.class);
  private static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("audit-forwarding");
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int AT_A_TIME = 500;

  private final AuditFeed feed;
  private final Optional<SyslogServer> server;
  private final Work work;

  /**
   * @param server empty if the audit stays here; then the job ends
   */
  public AuditForwarding(AuditFeed feed, Optional<SyslogServer> server, Work work) {
    this.feed = feed;
    this.server = server;
    this.work = work;
  }

  /** Lets one node begin. */
  public void begin() {
    if (server.isPresent()) {
      work.jobs().orders().scheduleIfNotExists(DESCRIPTOR.instance("syslog").build(), work.now());
    }
  }

  public Task<Void> task() {
    return work.jobs()
        .deaths()
        .task(DESCRIPTOR, Deaths.MOST_OF_OTHERS, this::failed, (id, fatal) -> run());
  }

  private CompletionHandler<Void> run() {
    if (server.isEmpty()) {
      return (complete, job) -> job.remove();
    }
    try {
      for (List<AuditFeed.Line> lines = feed.next(AT_A_TIME);
          !lines.isEmpty();
          lines = feed.next(AT_A_TIME)) {
        server.get().send(lines.stream().map(AuditForwarding::message).toList());
        feed.sent(lines);
        StoppingException.throwIfAsked();
      }
    } catch (IOException e) {
      throw new SyslogException(e);
    }
    return (complete, job) -> job.reschedule(complete, work.now().plus(PAUSE));
  }

  private static SyslogServer.Message message(AuditFeed.Line line) {
    return new SyslogServer.Message(line.recorded(), line.line());
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    int attempt = complete.getExecution().consecutiveFailures + 1;
    Duration pause = work.properties().retry(attempt);
    Throwable cause = complete.getCause().orElseThrow();
    work.meters().failure(DESCRIPTOR.getTaskName(), cause);
    LOG.warn(
        "the audit waits for spinexr.audit.syslog (attempt {}, next in {} s): {}",
        attempt,
        pause.toSeconds(),
        cause instanceof SyslogException ? cause.getMessage() : Failures.describe(cause));
    job.reschedule(complete, work.now().plus(pause));
  }
}
