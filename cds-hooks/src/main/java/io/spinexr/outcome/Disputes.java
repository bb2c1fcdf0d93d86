package io.spinexr.outcome;

import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.job.Errand;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.result.IdentityDispute;
import io.spinexr.state.Dispute;
import io.spinexr.state.Dispute.Decision;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.store.OrderStore;
import io.spinexr.store.StudyStore;
import io.spinexr.store.VisibilityStore;
import io.spinexr.study.PatientIdentifier;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Images of which a clinician says that they are another patient's: nothing about them is shown to
 * anybody until a person decides, and an urgent Task asks for that.
 */
public final class Disputes {
  private static final String REASON =
      "a clinician says that these images are not this patient's; nothing of them is shown until"
          + " somebody decides";

  private final VisibilityStore visibility;
  private final OrderStore orders;
  private final StudyStore studies;
  private final PatientMatching matching;
  private final Withdrawals withdrawals;
  private final FhirRecord record;
  private final Work work;
  private final Errand<Notice> errand;

  public Disputes(
      VisibilityStore visibility,
      OrderStore orders,
      StudyStore studies,
      PatientMatching matching,
      Withdrawals withdrawals,
      FhirRecord record,
      Work work) {
    this.visibility = visibility;
    this.orders = orders;
    this.studies = studies;
    this.matching = matching;
    this.withdrawals = withdrawals;
    this.record = record;
    this.work = work;
    this.errand = new Errand<>("dispute", Notice.class, this::tell, work);
  }

  /**
   * A dispute or its end on its way to the chart: format 1.
   *
   * @param outcome null while it is open
   * @param at ISO 8601
   */
  record Notice(String studyUid, @Nullable String outcome, String by, String at) {}

  /**
   * Hides a study from everybody. Repeating it changes nothing.
   *
   * @param by who says so
   * @throws NoSuchElementException if there is no result of the study
   */
  public void open(String studyUid, String by) {
    if (visibility.setsOf(studyUid).isEmpty()) {
      throw new NoSuchElementException("there is no result of this study");
    }
    Instant now = work.now();
    work.run(
        () -> {
          if (visibility.dispute(studyUid, by, now)) {
            work.changed(orders.ordersLinkedTo(studyUid));
            errand.send(studyUid + "/" + now, new Notice(studyUid, null, by, now.toString()), now);
          }
        });
  }

  /**
   * @param by who decides
   * @return false if there is nothing to decide
   * @throws IllegalArgumentException if the name is blank or too long
   */
  public boolean decide(String studyUid, Decision decision, String by) {
    Withdrawals.requireText("person", by, 200);
    Instant now = work.now();
    return work.call(
        () -> {
          if (!visibility.decide(studyUid, decision, by, now)) {
            return false;
          }
          work.changed(orders.ordersLinkedTo(studyUid));
          String outcome =
              decision == Decision.CONFIRMED
                  ? "the images are this patient's; the AI's result is shown again"
                  : "the images are another patient's; the AI's result is withdrawn";
          errand.send(studyUid + "/" + now, new Notice(studyUid, outcome, by, now.toString()), now);
          if (decision == Decision.WITHDRAWN) {
            for (String set : visibility.setsOf(studyUid)) {
              withdrawals.withdrawNow(studyUid, set, "the images are another patient's", by, now);
            }
          }
          return true;
        });
  }

  /** What is to be decided, oldest first. */
  public List<Dispute> open() {
    return visibility.disputes();
  }

  private void tell(Notice notice) {
    Instant at = Instant.parse(notice.at());
    if (notice.outcome() != null) {
      record.resolveDispute(notice.studyUid(), notice.outcome(), notice.by(), at);
      return;
    }
    StudyAnalysis analysis =
        visibility.setsOf(notice.studyUid()).stream()
            .findFirst()
            .flatMap(set -> studies.analysis(notice.studyUid(), set))
            .orElseThrow();
    ImagingOrder order = orders.order(analysis.orderKey()).orElseThrow().order();
    PatientIdentifier patient =
        Subjects.of(order, matching.inArchive(order.patient())).identifiers().get(0);
    record.dispute(new IdentityDispute(notice.studyUid(), patient, REASON, notice.by(), at));
  }

  public Task<Notice> task() {
    return errand.task();
  }
}
