package io.spinexr.analysis;

import ca.uhn.fhir.context.FhirContext;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable jobs that bring results to the EHR's own FHIR server, if there is one: tried until it
 * takes them or refuses them for good. A result that was replaced by a newer one meanwhile is not
 * delivered any more.
 */
final class Deliveries {
  private static final TaskDescriptor<Parcel> DESCRIPTOR =
      TaskDescriptor.of("deliver", Parcel.class);
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  private final Optional<FhirRecord> ehr;
  private final FhirContext fhir;
  private final AnalysisStore store;
  private final SchedulerClient jobs;
  private final AnalysisProperties properties;
  private final AnalysisMeters meters;
  private final Clock clock;

  Deliveries(
      Optional<FhirRecord> ehr,
      FhirContext fhir,
      AnalysisStore store,
      SchedulerClient jobs,
      AnalysisProperties properties,
      AnalysisMeters meters,
      Clock clock) {
    this.ehr = ehr;
    this.fhir = fhir;
    this.store = store;
    this.jobs = jobs;
    this.properties = properties;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * One result on its way.
   *
   * @param request of the analysis that it is the result of
   * @param bundle FHIR JSON
   */
  record Parcel(String studyUid, String modelSet, int request, String bundle) {}

  /** Empty if there is no EHR to deliver to. */
  Optional<Parcel> pack(StudyAnalysis analysis, Bundle bundle) {
    return ehr.map(
        target ->
            new Parcel(
                analysis.studyUid(),
                analysis.modelSet(),
                analysis.request(),
                fhir.newJsonParser().encodeResourceToString(bundle)));
  }

  /** To be called inside the transaction that keeps the result. */
  void send(Parcel parcel, Instant now) {
    TaskInstance<Parcel> job =
        DESCRIPTOR
            .instance(String.join("/", parcel.studyUid(), parcel.modelSet(), "" + parcel.request()))
            .data(parcel)
            .build();
    jobs.scheduleIfNotExists(job, now);
  }

  Task<Parcel> task() {
    return Tasks.custom(DESCRIPTOR)
        .onFailure(this::failed)
        .onDeadExecutionRevive()
        .execute((instance, context) -> deliver(instance));
  }

  private CompletionHandler<Parcel> deliver(TaskInstance<Parcel> job) {
    Parcel parcel = job.getData();
    boolean newest =
        store
            .analysis(parcel.studyUid(), parcel.modelSet())
            .filter(analysis -> analysis.request() == parcel.request())
            .isPresent();
    if (newest && ehr.isPresent()) {
      try {
        ehr.get().write(fhir.newJsonParser().parseResource(Bundle.class, parcel.bundle()));
      } catch (FhirRecordException e) {
        if (e.retryable()) {
          throw e;
        }
        meters.failure("delivery", e);
        LOG.error("result of study {} is not delivered: {}", parcel.studyUid(), e.getMessage());
      }
    }
    return (complete, operations) -> operations.remove();
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Parcel> job) {
    int attempt = complete.getExecution().consecutiveFailures + 1;
    Duration pause = properties.retry(attempt);
    Throwable cause = complete.getCause().orElseThrow();
    meters.failure("delivery", cause);
    Failures.log(LOG, "delivery " + complete.getExecution().getId(), attempt, pause, cause);
    job.reschedule(complete, clock.instant().plus(pause));
  }
}
