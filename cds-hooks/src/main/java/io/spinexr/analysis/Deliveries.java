package io.spinexr.analysis;

import ca.uhn.fhir.context.FhirContext;
import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.Recorded;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings results to the EHR's own FHIR server, if there is one. A result that was replaced by a
 * newer one, or withdrawn meanwhile, or that nobody may be shown, is not delivered any more.
 */
final class Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  private final Optional<FhirRecord> ehr;
  private final FhirContext fhir;
  private final AnalysisStore store;
  private final Withdrawals withdrawals;
  private final AnalysisMeters meters;
  private final Errand<Parcel> errand;

  Deliveries(
      Optional<FhirRecord> ehr,
      FhirContext fhir,
      AnalysisStore store,
      Withdrawals withdrawals,
      Errand.Surroundings surroundings) {
    this.ehr = ehr;
    this.fhir = fhir;
    this.store = store;
    this.withdrawals = withdrawals;
    this.meters = surroundings.meters();
    this.errand = new Errand<>("deliver", Parcel.class, this::deliver, surroundings);
  }

  /**
   * One result on its way: format 1.
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
    errand.send(
        String.join("/", parcel.studyUid(), parcel.modelSet(), "" + parcel.request()), parcel, now);
  }

  Task<Parcel> task() {
    return errand.task();
  }

  private void deliver(Parcel parcel) {
    boolean newest =
        store
            .analysis(parcel.studyUid(), parcel.modelSet())
            .filter(analysis -> analysis.request() == parcel.request())
            .filter(analysis -> !analysis.reception().restricted())
            .isPresent();
    if (newest && ehr.isPresent()) {
      Recorded recorded =
          ehr.get().write(fhir.newJsonParser().parseResource(Bundle.class, parcel.bundle()));
      if (!recorded.withPictures()) {
        meters.picturesNotDelivered();
        LOG.warn(
            "the EHR's FHIR server refuses pictures: the report of study {} came without them",
            parcel.studyUid());
      }
      store
          .analysis(parcel.studyUid(), parcel.modelSet())
          .filter(analysis -> analysis.state() == StudyState.WITHDRAWN)
          .ifPresent(withdrawals::again);
    }
  }
}
