package io.spinexr.erasure;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.job.Failures;
import io.spinexr.job.Jobs;
import io.spinexr.job.Work;
import io.spinexr.outcome.Withdrawals;
import io.spinexr.output.ResultOutput;
import io.spinexr.output.ResultOutput.Purpose;
import io.spinexr.state.OutputState;
import io.spinexr.store.OrderStore;
import io.spinexr.store.OutputStore;
import io.spinexr.store.VisibilityStore;
import io.spinexr.study.PatientIdentifier;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases patients on request: results are withdrawn everywhere, searches end; when every output
 * beside our own record has taken its withdrawals and no job is at work any more, rows and
 * resources go. A durable job sees to that until nothing is left; the record that it was done
 * stays.
 */
public final class Erasures {
  private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);
  private static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("erase");
  private static final Set<OutputState> OPEN = EnumSet.of(OutputState.WAITING, OutputState.REFUSED);
  private static final String WITHDRAWAL = "the patient's data are erased on request";
  private static final String ORDER_END = "the patient's data are erased";

  /** What a call that is being answered writes about its cards is there before. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  /** A job that is at work ends soon. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private final ErasureStore store;
  private final ScopeSearch search;
  private final PatientRows rows;
  private final OrderStore orders;
  private final VisibilityStore visibility;
  private final OutputStore items;
  private final Set<String> ours;
  private final Set<String> elsewhere;
  private final Withdrawals withdrawals;
  private final FhirRecord record;
  private final Work work;

  /**
   * @param outputs of this node
   * @param record our own
   */
  public Erasures(
      DataSource dataSource,
      PatientMatching matching,
      List<ResultOutput> outputs,
      Withdrawals withdrawals,
      FhirRecord record,
      Work work) {
    this.store = new ErasureStore(dataSource);
    this.search = new ScopeSearch(dataSource, matching, record);
    this.rows = new PatientRows(dataSource);
    this.orders = new OrderStore(dataSource);
    this.visibility = new VisibilityStore(dataSource);
    this.items = new OutputStore(dataSource);
    this.ours = names(outputs, Purpose.RECORD);
    this.elsewhere = names(outputs, Purpose.DELIVERY);
    this.withdrawals = withdrawals;
    this.record = record;
    this.work = work;
  }

  /**
   * How much there is to erase, by kind.
   *
   * @return nothing if nothing is known of the patient
   * @throws UnclearPatientException if some of it may be another person's
   * @throws FhirRecordException if that is so on our FHIR server, or it does not answer
   */
  public Map<String, Integer> count(PatientIdentifier patient) {
    return count(search.of(List.of(patient)));
  }

  private Map<String, Integer> count(Scope scope) {
    Map<String, Integer> counts = new LinkedHashMap<>(rows.count(scope));
    counts.putAll(held(scope));
    return counts;
  }

  private Map<String, Integer> held(Scope scope) {
    Map<String, Integer> held = new LinkedHashMap<>();
    record
        .held(scope.traces())
        .resources()
        .forEach((type, count) -> held.put("FHIR " + type, count));
    return held;
  }

  /**
   * Begins to erase a patient: from now on nothing of the patient is shown. Asked again while that
   * is under way, it asks again whoever refused a withdrawal.
   *
   * @param reason a clause without personal data
   * @param by who asks for it
   * @return the record, with what there is to erase; empty if nothing is known of the patient
   * @throws UnclearPatientException if some of it may be another person's
   * @throws FhirRecordException if that is so on our FHIR server, or it does not answer
   * @throws IllegalArgumentException if reason or name are blank or too long
   */
  public Optional<Erasure> erase(PatientIdentifier patient, String reason, String by) {
    Withdrawals.requireText("reason", reason, 500);
    Withdrawals.requireText("person", by, 200);
    Scope scope = search.of(List.of(patient));
    Map<String, Integer> counts = count(scope);
    Optional<Erasure> begun =
        store.pending().stream()
            .filter(one -> one.scope().traces().identifiers().contains(patient))
            .map(ErasureStore.Pending::erasure)
            .findFirst();
    if (begun.isEmpty() && counts.isEmpty()) {
      return Optional.empty();
    }
    Instant now = work.now();
    Erasure erasure =
        begun.orElseGet(
            () ->
                new Erasure(
                    UUID.randomUUID().toString(),
                    PatientDigest.of(patient),
                    by,
                    reason,
                    now,
                    Optional.empty(),
                    Optional.empty(),
                    counts));
    work.run(
        () -> {
          if (begun.isEmpty()) {
            // What is counted is what was erased, not what was there to be.
            store.insert(new ErasureStore.Pending(erasure, scope));
            store.keep(erasure.id(), scope, Map.of());
          }
          takeBack(scope, erasure.by());
          Jobs.schedule(
              work.jobs().orders(), DESCRIPTOR.instance(erasure.id()).build(), now.plus(SETTLING));
        });
    LOG.info("Erasure {} has begun", erasure.id());
    return Optional.of(erasure);
  }

  /** The last first. */
  public List<Erasure> all() {
    return store.all();
  }

  /** To be called inside a transaction. Repeated, it finds what has come since. */
  private void takeBack(Scope scope, String by) {
    for (String study : scope.studies()) {
      for (String set : visibility.setsOf(study)) {
        withdrawals.withdraw(study, set, WITHDRAWAL, by);
      }
    }
    scope.orders().forEach(order -> orders.end(order, ORDER_END, work.now()));
    work.changed(scope.orders());
  }

  public Task<Void> task() {
    return Tasks.custom(DESCRIPTOR)
        .onFailure(this::failed)
        .onDeadExecutionRevive()
        .execute(
            (instance, context) ->
                store
                    .pending(instance.getId())
                    .map(this::run)
                    .orElse((complete, job) -> job.remove()));
  }

  private CompletionHandler<Void> run(ErasureStore.Pending pending) {
    Erasure erasure = pending.erasure();
    Scope scope;
    Map<String, Integer> held;
    try {
      scope = search.of(pending.scope().traces().identifiers()).and(pending.scope());
      held = held(scope);
    } catch (UnclearPatientException e) {
      return waits(erasure, e.getMessage());
    } catch (FhirRecordException e) {
      return waits(erasure, e.getMessage());
    }
    Optional<String> reason = outstanding(scope);
    work.run(() -> takeBack(scope, erasure.by()));
    Optional<String> outstanding = outstanding(scope);
    if (outstanding.isPresent()) {
      return waits(erasure, reason.orElse(outstanding.get()));
    }
    if (rows.busy(scope)) {
      return (complete, job) -> job.reschedule(complete, work.now().plus(SOON));
    }
    work.run(
        () -> {
          Map<String, Integer> counts = new LinkedHashMap<>(erasure.counts());
          counts.putAll(left(scope));
          rows.delete(scope).forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
          held.forEach((kind, count) -> counts.merge(kind, count, Math::max));
          store.keep(erasure.id(), scope, counts);
        });
    record.erase(scope.traces());
    LOG.info("Erasure {} is done", erasure.id());
    return (complete, job) ->
        work.run(
            () -> {
              store.end(erasure.id(), work.now());
              job.remove();
            });
  }

  private static Set<String> names(List<ResultOutput> outputs, Purpose purpose) {
    return outputs.stream()
        .filter(output -> output.purpose() == purpose)
        .map(ResultOutput::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What an output beside our own record has still to take back. */
  private Optional<String> outstanding(Scope scope) {
    return reached(scope)
        .filter(item -> elsewhere.contains(item.output()))
        .findFirst()
        .map(
            item ->
                "a result has still to be withdrawn at output %s (%s)%s"
                    .formatted(
                        item.output(),
                        item.state().code(),
                        item.reason().map(why -> ": " + why).orElse("")));
  }

  /** What stays at outputs whose setting has ended. */
  private Map<String, Integer> left(Scope scope) {
    return reached(scope)
        .filter(item -> !elsewhere.contains(item.output()) && !ours.contains(item.output()))
        .collect(
            Collectors.toMap(item -> "not withdrawn at " + item.output(), item -> 1, Integer::sum));
  }

  /** Where something of the patient may be. */
  private Stream<OutputStore.Item> reached(Scope scope) {
    return scope.studies().stream()
        .flatMap(study -> visibility.setsOf(study).stream().map(set -> items.of(study, set)))
        .flatMap(List::stream)
        .filter(OutputStore.Item::touched)
        .filter(item -> OPEN.contains(item.state()));
  }

  private CompletionHandler<Void> waits(Erasure erasure, String what) {
    store.waits(erasure.id(), what);
    LOG.warn("Erasure {} waits: {}", erasure.id(), what);
    Duration pause =
        work.properties().retryAfter(Duration.between(erasure.requestedAt(), work.now()));
    return (complete, job) -> job.reschedule(complete, work.now().plus(pause));
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    String id = complete.getExecution().getId();
    store.waits(id, Failures.words(complete.getCause().orElseThrow()));
    work.again(LOG, "erasure " + id, complete, job);
  }
}
