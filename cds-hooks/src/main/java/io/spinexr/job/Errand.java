package io.spinexr.job;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.store.StoredJson;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that has to reach another system, as a durable job: tried until it does, is refused for
 * good, or has ended one node after the other, which is told in the log and the metrics. It may be
 * done more than once.
 *
 * @param <T> what is brought; its JSON outlives this version, see {@link StoredJson}
 */
public final class Errand<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Errand.class);

  private final TaskDescriptor<T> descriptor;
  private final Consumer<T> action;
  private final Work work;

  /**
   * @param name of the job, for logs, metrics and the database
   */
  public Errand(String name, Class<T> type, Consumer<T> action, Work work) {
    this.descriptor = TaskDescriptor.of(name, type);
    this.action = action;
    this.work = work;
  }

  /**
   * To be called inside the transaction that makes it necessary.
   *
   * @param id names this very errand; one of the same name that waits already is enough
   */
  public void send(String id, T content, Instant now) {
    work.jobs().orders().scheduleIfNotExists(descriptor.instance(id).data(content).build(), now);
  }

  public Task<T> task() {
    return Tasks.custom(descriptor)
        .onFailure(this::failed)
        .onDeadExecution(work.jobs().deaths().revival())
        .execute(
            (instance, context) -> {
              Optional<String> fatal = work.jobs().deaths().verdict(context, Deaths.MOST_OF_OTHERS);
              if (fatal.isPresent()) {
                giveUp(instance.getId(), new IllegalStateException(fatal.get()));
              } else {
                run(instance.getId(), instance.getData());
              }
              return (complete, operations) -> operations.remove();
            });
  }

  private void run(String id, T content) {
    try {
      action.accept(content);
    } catch (FhirRecordException e) {
      if (e.retryable()) {
        throw e;
      }
      giveUp(id, e);
    }
  }

  private void giveUp(String id, RuntimeException why) {
    work.meters().failure(descriptor.getTaskName(), why);
    LOG.error("{} {} is given up for good: {}", descriptor.getTaskName(), id, why.getMessage());
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<T> job) {
    work.again(
        LOG, descriptor.getTaskName() + " " + complete.getExecution().getId(), complete, job);
  }
}
