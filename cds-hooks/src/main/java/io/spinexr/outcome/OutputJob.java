package io.spinexr.outcome;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.job.Deaths;
import io.spinexr.job.Failures;
import io.spinexr.job.GiveUpException;
import io.spinexr.job.Work;
import io.spinexr.order.Restriction;
import io.spinexr.output.RefusedException;
import io.spinexr.output.ResultOutput;
import io.spinexr.output.ResultOutput.Purpose;
import io.spinexr.radiograph.Stage;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Withdrawal;
import io.spinexr.state.OutputState;
import io.spinexr.state.Reception;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.OrderStore;
import io.spinexr.store.OutputStore;
import io.spinexr.store.StudyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable job of a result at one output. It asks what is so now, a result or a withdrawal, and
 * brings the output to agree with that; if something else has become so meanwhile, it runs again.
 */
public final class OutputJob {
  private static final Logger LOG = LoggerFactory.getLogger(OutputJob.class);

  /** Who takes back what our own record does not take, for readers. */
  private static final String SERVER = "SpineXR";

  /** A job that is turned away comes back after this part of its waiting: others have a turn. */
  private static final int TURNED_AWAY = 4;

  private final ResultOutput output;
  private final Outputs outputs;
  private final OutputStore items;
  private final OrderStore orders;
  private final StudyStore studies;
  private final GivenUpStudies givenUp;
  private final Work work;
  private final Semaphore turns;

  /**
   * @param atOnce how many such jobs run at a time on this node: an output that does not answer
   *     must not keep all threads from the others
   */
  public OutputJob(
      ResultOutput output,
      Outputs outputs,
      OutputStore items,
      OrderStore orders,
      StudyStore studies,
      GivenUpStudies givenUp,
      Work work,
      int atOnce) {
    this.output = output;
    this.outputs = outputs;
    this.items = items;
    this.orders = orders;
    this.studies = studies;
    this.givenUp = givenUp;
    this.work = work;
    this.turns = new Semaphore(atOnce);
  }

  public Task<Void> task() {
    return work.jobs()
        .deaths()
        .task(Outputs.descriptor(output.name()), Deaths.MOST_OF_OTHERS, this::failed, this::run);
  }

  /**
   * @param fatal why it is not tried any more
   */
  private CompletionHandler<Void> run(String id, Optional<String> fatal) {
    return item(id)
        .filter(item -> item.state() == OutputState.WAITING)
        .map(item -> fatal.isPresent() ? giveUp(item, fatal.get()) : inTurn(item))
        .orElse((complete, job) -> job.remove());
  }

  private CompletionHandler<Void> giveUp(OutputStore.Item item, String reason) {
    RefusedException refusal = new RefusedException(reason);
    refused(item, refusal);
    StudyAnalysis analysis = studies.analysis(item.studyUid(), item.modelSet()).orElseThrow();
    return end(
        item,
        OutputState.REFUSED,
        Optional.of(reason),
        analysis.state() == StudyState.WITHDRAWN ? () -> {} : fail(analysis, refusal));
  }

  private CompletionHandler<Void> inTurn(OutputStore.Item item) {
    if (!turns.tryAcquire()) {
      return later(waited(item).dividedBy(TURNED_AWAY));
    }
    try {
      return bring(item);
    } finally {
      turns.release();
    }
  }

  /**
   * Pauses grow with this, not with the failures that the scheduler counts: it forgets those when a
   * job is turned away.
   */
  private Duration waited(OutputStore.Item item) {
    return Duration.between(item.askedAt(), work.now());
  }

  private CompletionHandler<Void> later(Duration waited) {
    Duration pause = work.properties().retryAfter(waited);
    return (complete, job) -> job.reschedule(complete, work.now().plus(pause));
  }

  private CompletionHandler<Void> waits(OutputStore.Item item, String reason) {
    items.delayed(item, reason, work.now());
    return later(waited(item));
  }

  private Optional<OutputStore.Item> item(String id) {
    String[] result = id.split("/", 2);
    return items.find(result[0], result[1], output.name());
  }

  private CompletionHandler<Void> bring(OutputStore.Item item) {
    StudyAnalysis analysis = studies.analysis(item.studyUid(), item.modelSet()).orElseThrow();
    if (analysis.state() == StudyState.WITHDRAWN) {
      return withdraw(item, analysis);
    }
    Optional<Restriction> restriction = givenUp.restrictionOfResult(analysis);
    if (restriction.isPresent()) {
      return restricted(item, analysis, restriction.get());
    }
    boolean delivery = output.purpose() == Purpose.DELIVERY;
    if (delivery && item.touched() && analysis.findings().isEmpty()) {
      if (analysis.state() == StudyState.FAILED) {
        return withdraw(item, analysis);
      }
      if (analysis.state() == StudyState.QUEUED) {
        return waits(item, "the study is analysed again");
      }
    }
    Optional<AnalysedStudy> result =
        analysis.findings().isPresent() && analysis.state() != StudyState.NOT_MATCHED
            ? items.result(item.studyUid(), item.modelSet())
            : Optional.empty();
    if (result.isEmpty() || !outputs.takesResults(output, item.modelSet())) {
      return end(item, OutputState.DROPPED, Optional.empty(), () -> {});
    }
    if (delivery && analysis.reception().disputed()) {
      return waits(item, "whose images these are is disputed, and nobody has decided yet");
    }
    if (!items.touch(item)) {
      return (complete, job) -> job.reschedule(complete, work.now());
    }
    return write(item, analysis, result.get());
  }

  private CompletionHandler<Void> withdraw(OutputStore.Item item, StudyAnalysis analysis) {
    try {
      // The record may have a failed Task that no output brought.
      if (item.touched() || output.purpose() == Purpose.RECORD) {
        audit(Action.DELETE, analysis, item);
        output.withdraw(withdrawal(analysis));
      }
      return end(item, OutputState.WITHDRAWN, Optional.empty(), () -> {});
    } catch (RefusedException e) {
      refused(item, e);
      return end(item, OutputState.REFUSED, Optional.of(e.getMessage()), () -> {});
    }
  }

  private void audit(Action action, StudyAnalysis analysis, OutputStore.Item item) {
    work.audit(
        action,
        orders.order(analysis.orderKey()).map(RememberedOrder::order),
        "result of study %s at %s".formatted(item.studyUid(), output.name()));
  }

  private Withdrawal withdrawal(StudyAnalysis analysis) {
    Reception.Withdrawn withdrawn =
        analysis
            .reception()
            .withdrawn()
            .orElseGet(
                () -> new Reception.Withdrawn(analysis.failedAt().orElseGet(work::now), SERVER));
    return new Withdrawal(
        analysis.studyUid(),
        analysis.modelSet(),
        analysis.reason().orElse("withdrawn"),
        withdrawn.by(),
        withdrawn.at());
  }

  private CompletionHandler<Void> write(
      OutputStore.Item item, StudyAnalysis analysis, AnalysedStudy result) {
    audit(Action.CREATE, analysis, item);
    Optional<String> address;
    try {
      address = written(result);
    } catch (RefusedException e) {
      refused(item, e);
      return end(item, OutputState.REFUSED, Optional.of(e.getMessage()), fail(analysis, e));
    }
    if (output.purpose() != Purpose.RECORD) {
      return end(item, OutputState.WRITTEN, Optional.empty(), () -> {});
    }
    return end(
        item,
        OutputState.WRITTEN,
        Optional.empty(),
        () -> studies.recorded(item.studyUid(), item.modelSet(), address));
  }

  /** Our own record computes in this process; others only make wait. */
  private Optional<String> written(AnalysedStudy result) {
    if (output.purpose() != Purpose.RECORD) {
      return output.write(result);
    }
    return work.processor()
        .inTurn(
            () -> {
              long start = System.nanoTime();
              Optional<String> address = output.write(result);
              work.meters().stage(Stage.WRITE, Duration.ofNanos(System.nanoTime() - start));
              return address;
            });
  }

  /** A result that our own record does not take is none; unless another one is under way. */
  private Runnable fail(StudyAnalysis analysis, RefusedException refusal) {
    if (output.purpose() != Purpose.RECORD || analysis.state() == StudyState.QUEUED) {
      return () -> {};
    }
    Ending ending = givenUp.giveUp(analysis, GiveUpException.failed(refusal.getMessage()));
    return forgetting(
        analysis,
        new Ending(
            ending.state(),
            () -> {
              boolean failed = ending.keep().getAsBoolean();
              if (failed) {
                outputs.takeBack(analysis.studyUid(), analysis.modelSet(), work.now());
              }
              return failed;
            }));
  }

  private CompletionHandler<Void> restricted(
      OutputStore.Item item, StudyAnalysis analysis, Restriction restriction) {
    boolean fails = output.purpose() == Purpose.RECORD && analysis.state() != StudyState.QUEUED;
    return end(
        item,
        OutputState.DROPPED,
        Optional.empty(),
        fails ? forgetting(analysis, givenUp.restricted(analysis, restriction)) : () -> {});
  }

  private Runnable forgetting(StudyAnalysis analysis, Ending ending) {
    return () -> {
      if (ending.keep().getAsBoolean()) {
        studies.forgetFindings(analysis.studyUid(), analysis.modelSet());
      }
    };
  }

  /**
   * @param ending kept together with it, unless there is more to do by now
   */
  private CompletionHandler<Void> end(
      OutputStore.Item item, OutputState state, Optional<String> reason, Runnable ending) {
    Instant now = work.now();
    return (complete, job) -> {
      boolean over =
          work.call(
              () -> {
                boolean ended = items.end(item, state, reason, now);
                if (ended) {
                  ending.run();
                  work.changed(orders.ordersLinkedTo(item.studyUid()));
                  job.remove();
                } else {
                  job.reschedule(complete, now);
                }
                return ended;
              });
      if (over) {
        work.meters().output(output.name(), state, Duration.between(item.askedAt(), now));
      }
    };
  }

  private void refused(OutputStore.Item item, RefusedException refusal) {
    work.meters().failure(output.name(), refusal);
    LOG.error(
        "{} refuses the result of study {} for good: {}",
        output.title(),
        item.studyUid(),
        refusal.getMessage());
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    int attempt = complete.getExecution().consecutiveFailures + 1;
    Throwable cause = complete.getCause().orElseThrow();
    work.meters().failure(output.name(), cause);
    Optional<OutputStore.Item> item = item(complete.getExecution().getId());
    item.ifPresent(waiting -> items.delayed(waiting, Failures.words(cause), work.now()));
    Duration pause = work.properties().retryAfter(item.map(this::waited).orElse(Duration.ZERO));
    Failures.log(
        LOG,
        "output %s of study %s".formatted(output.name(), complete.getExecution().getId()),
        attempt,
        pause,
        cause);
    job.reschedule(complete, work.now().plus(pause));
  }
}
