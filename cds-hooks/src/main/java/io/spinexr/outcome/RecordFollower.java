package io.spinexr.outcome;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.RecordListener;
import io.spinexr.fhir.ReportState;
import io.spinexr.job.Work;
import io.spinexr.state.Reception;
import io.spinexr.store.VisibilityStore;
import java.util.List;
import java.util.Optional;

/**
 * Follows what people make of reports and Tasks on our FHIR server, in the transaction in which
 * they do: what they void is gone from cards and pages with it.
 */
public final class RecordFollower implements RecordListener {
  private static final TaskDescriptor<Void> ADOPTION = TaskDescriptor.of("adopt");
  private static final int AT_A_TIME = 100;
  private static final String NOBODY = "a user of the FHIR server";

  private final VisibilityStore visibility;
  private final Withdrawals withdrawals;
  private final FhirRecord record;
  private final Work work;

  public RecordFollower(
      VisibilityStore visibility, Withdrawals withdrawals, FhirRecord record, Work work) {
    this.visibility = visibility;
    this.withdrawals = withdrawals;
    this.record = record;
    this.work = work;
  }

  @Override
  public void reportChanged(
      String studyUid, String modelSet, Optional<String> status, boolean interpreted) {
    String now = status.orElse("deleted");
    visibility.report(studyUid, modelSet, now, interpreted);
    if (Reception.VOID.contains(now)) {
      withdrawals.withdrawNow(
          studyUid, modelSet, "the report was marked " + now, NOBODY, work.now());
    }
  }

  @Override
  public void taskChanged(String studyUid, String modelSet, Optional<String> status) {
    visibility.task(studyUid, modelSet, status.orElse("deleted"));
  }

  /** Looks once after the results of the version before, of which nothing was followed. */
  public void adopt() {
    if (!visibility.untold(1).isEmpty()) {
      work.jobs().orders().scheduleIfNotExists(ADOPTION.instance("results").build(), work.now());
    }
  }

  public Task<Void> task() {
    return Tasks.custom(ADOPTION)
        .onDeadExecutionRevive()
        .execute(
            (instance, context) -> {
              List<VisibilityStore.Untold> results = visibility.untold(AT_A_TIME);
              results.forEach(this::adopt);
              return (complete, operations) -> {
                if (results.isEmpty()) {
                  operations.remove();
                } else {
                  operations.reschedule(complete, work.now());
                }
              };
            });
  }

  private void adopt(VisibilityStore.Untold result) {
    Optional<ReportState> state = record.reportState(result.studyUid(), result.modelSet());
    reportChanged(
        result.studyUid(),
        result.modelSet(),
        state.flatMap(ReportState::report),
        state.map(ReportState::interpreted).orElse(false));
    state
        .flatMap(ReportState::task)
        .ifPresent(task -> taskChanged(result.studyUid(), result.modelSet(), Optional.of(task)));
  }
}
