package io.spinexr.outcome;

import ca.uhn.fhir.context.FhirContext;
import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.job.Errand;
import io.spinexr.job.Work;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.StudyStore;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;

/**
 * Results and withdrawals that the version before left on their way: its jobs, carried out by this
 * one. They can go in the version after this one.
 */
public final class EarlierErrands {
  private final Optional<FhirRecord> ehr;
  private final FhirContext fhir;
  private final StudyStore studies;
  private final Outputs outputs;
  private final Work work;

  /**
   * @param ehr if results are delivered there
   */
  public EarlierErrands(
      Optional<FhirRecord> ehr, FhirContext fhir, StudyStore studies, Outputs outputs, Work work) {
    this.ehr = ehr;
    this.fhir = fhir;
    this.studies = studies;
    this.outputs = outputs;
    this.work = work;
  }

  /**
   * A result on its way to the EHR: format 1.
   *
   * @param request of the analysis that it is the result of
   * @param bundle FHIR JSON
   */
  public record Parcel(String studyUid, String modelSet, int request, String bundle) {}

  /** A withdrawal on its way to the charts: format 1. */
  record Notice(String studyUid, String modelSet) {}

  public List<Task<?>> tasks() {
    return List.of(
        new Errand<>("deliver", Parcel.class, this::deliver, work).task(),
        new Errand<>("withdraw", Notice.class, this::withdraw, work).task());
  }

  /** Unless the result was replaced or withdrawn since, or must not be told to anybody. */
  private void deliver(Parcel parcel) {
    boolean newest =
        analysis(parcel.studyUid(), parcel.modelSet())
            .filter(analysis -> analysis.request() == parcel.request())
            .filter(analysis -> !analysis.reception().restricted())
            .isPresent();
    if (newest && ehr.isPresent()) {
      ehr.get().write(fhir.newJsonParser().parseResource(Bundle.class, parcel.bundle()));
      withdraw(new Notice(parcel.studyUid(), parcel.modelSet()));
    }
  }

  private void withdraw(Notice notice) {
    work.run(
        () ->
            analysis(notice.studyUid(), notice.modelSet())
                .filter(analysis -> analysis.state() == StudyState.WITHDRAWN)
                .ifPresent(
                    analysis ->
                        outputs.withdraw(analysis.studyUid(), analysis.modelSet(), work.now())));
  }

  private Optional<StudyAnalysis> analysis(String studyUid, String modelSet) {
    return studies.analysis(studyUid, modelSet);
  }
}
