package io.spinexr.job;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.order.ImagingOrder;
import io.spinexr.store.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * What durable work is done with on a node.
 *
 * @param properties how often it is tried again
 */
public record Work(
    Transactions transactions,
    Jobs jobs,
    Changes changes,
    AnalysisProperties properties,
    AnalysisMeters meters,
    Processor processor,
    AuditTrail audit,
    Clock clock) {
  /** Who does what jobs do, for the audit. */
  private static final String AGENT = "SpineXR";

  public Instant now() {
    return clock.instant();
  }

  /**
   * Writes down what a job is about to do with a patient's data elsewhere.
   *
   * @param order whose patient it is
   * @throws io.spinexr.audit.AuditUnavailableException if that is not possible: then the job comes
   *     back later
   */
  public void audit(Action action, Optional<ImagingOrder> order, String what) {
    audit.record(
        new AuditedAct(action, AGENT, order.map(ImagingOrder::patientReference), what, "", true));
  }

  /** In one transaction, whose jobs begin at once. */
  public void run(Runnable change) {
    transactions.run(change);
    jobs.checkNow();
  }

  /** As {@link #run}. */
  public <T> T call(Supplier<T> change) {
    T result = transactions.call(change);
    jobs.checkNow();
    return result;
  }

  /**
   * Tells that a job failed, and lets it come back after a pause that grows with its failures.
   *
   * @param what was tried, without personal data
   */
  public void again(
      Logger log, String what, ExecutionComplete complete, ExecutionOperations<?> job) {
    int attempt = complete.getExecution().consecutiveFailures + 1;
    Duration pause = properties.retry(attempt);
    Throwable cause = complete.getCause().orElseThrow();
    meters.failure(complete.getExecution().taskInstance.getTaskName(), cause);
    Failures.log(log, what, attempt, pause, cause);
    job.reschedule(complete, now().plus(pause));
  }

  /** To be called inside the transaction: who waits for these orders is told when it commits. */
  public void changed(Collection<String> orderKeys) {
    changes.happened(orderKeys);
  }

  public void changed(String orderKey) {
    changed(List.of(orderKey));
  }
}
