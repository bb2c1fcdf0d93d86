package io.spinexr.search;

import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.job.Errand;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.outcome.PatientPrivacy;
import io.spinexr.outcome.Subjects;
import io.spinexr.result.MissingStudy;
import io.spinexr.state.Absence;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.WatchedStudy;
import io.spinexr.store.OrderStore;
import io.spinexr.store.StudyStore;
import io.spinexr.store.WatchStore;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Asks people, by one Task for each study, what became of a study with a result that the archive
 * does not list any more. Nothing is withdrawn by that, and nobody is asked about patients for whom
 * nothing may be written.
 */
public final class MissingStudies {
  private static final String WHO = "SpineXR";
  private static final String BACK = "the archive lists the study again";

  private final WatchStore watches;
  private final OrderStore orders;
  private final StudyStore studies;
  private final PatientMatching matching;
  private final PatientPrivacy privacy;
  private final FhirRecord record;
  private final Clock clock;
  private final Errand<Notice> errand;

  public MissingStudies(
      WatchStore watches,
      OrderStore orders,
      StudyStore studies,
      PatientMatching matching,
      PatientPrivacy privacy,
      FhirRecord record,
      Work work) {
    this.watches = watches;
    this.orders = orders;
    this.studies = studies;
    this.matching = matching;
    this.privacy = privacy;
    this.record = record;
    this.clock = work.clock();
    this.errand = new Errand<>("missing", Notice.class, this::tell, work);
  }

  /** A study that went missing or was seen again: format 1. */
  record Notice(String studyUid, String modelSet) {}

  /** To be called inside the transaction that keeps it. */
  void changed(WatchedStudy study, Instant now) {
    errand.send(study.studyUid() + "/" + now, new Notice(study.studyUid(), study.modelSet()), now);
  }

  /** What is so by now: notices may overtake one another. */
  private void tell(Notice notice) {
    watches.find(notice.studyUid(), notice.modelSet()).ifPresent(this::tell);
  }

  private void tell(WatchedStudy study) {
    if (study.reported()) {
      StudyAnalysis analysis = studies.analysis(study.studyUid(), study.modelSet()).orElseThrow();
      RememberedOrder order = orders.order(analysis.orderKey()).orElseThrow();
      if (privacy.restriction(order).isEmpty()) {
        ask(study, study.absence().orElseThrow(), order.order());
      }
    } else {
      record.seenAgain(study.studyUid(), BACK, WHO, clock.instant());
    }
  }

  private void ask(WatchedStudy study, Absence absence, ImagingOrder order) {
    record.missing(
        new MissingStudy(
            study.studyUid(),
            Subjects.of(order, matching.inArchive(order.patient())).identifiers().get(0),
            reason(absence),
            WHO,
            absence.reportedAt().orElseThrow()));
  }

  private static String reason(Absence absence) {
    return "since %s the archive has not listed all radiographs of the study that the AI analysed, in %d searches; the AI's result stays until somebody withdraws it"
        .formatted(LocalDate.ofInstant(absence.since(), ZoneOffset.UTC), absence.searches());
  }

  public Task<Notice> task() {
    return errand.task();
  }
}
