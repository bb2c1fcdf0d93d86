package io.spinexr.outcome;

import io.spinexr.archive.Archives;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.StudyFindings;
import io.spinexr.job.GiveUpException;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.Restriction;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.OrderStore;
import io.spinexr.store.OutputStore;
import io.spinexr.store.StudyStore;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.StudyStart;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Analyses that end without a result: where people see it, or quietly where nothing may be said.
 */
public final class GivenUpStudies {
  private static final Logger LOG = LoggerFactory.getLogger(GivenUpStudies.class);

  private final OrderStore orders;
  private final StudyStore studies;
  private final OutputStore outputs;
  private final Archives archives;
  private final PatientPrivacy privacy;
  private final VisibleFailures failures;
  private final ModelSet models;
  private final Clock clock;

  public GivenUpStudies(
      OrderStore orders,
      StudyStore studies,
      OutputStore outputs,
      Archives archives,
      PatientPrivacy privacy,
      VisibleFailures failures,
      ModelSet models,
      Clock clock) {
    this.orders = orders;
    this.studies = studies;
    this.outputs = outputs;
    this.archives = archives;
    this.privacy = privacy;
    this.failures = failures;
    this.models = models;
    this.clock = clock;
  }

  /** What is in the way of doing anything about a study. */
  public Optional<Restriction> restriction(StudyAnalysis study) {
    return privacy.restriction(orders.order(study.orderKey()).orElseThrow());
  }

  /** The same of its result, which may be of whom the images were matched to before. */
  Optional<Restriction> restrictionOfResult(StudyAnalysis study) {
    return restriction(study).or(() -> privacy.restriction(study.patient()));
  }

  /** Whether something of a study may be in the chart, whatever we know of it ourselves. */
  public boolean inChart(StudyAnalysis study) {
    return study.findings().isPresent() || outputs.touched(study.studyUid(), study.modelSet());
  }

  /** There is no failed Task, because nothing may be written. */
  public Ending restricted(StudyAnalysis study, Restriction restriction) {
    Instant now = clock.instant();
    return new Ending(
        StudyState.FAILED,
        () -> studies.gaveUp(study, StudyState.FAILED, restriction.sentence(), now));
  }

  /**
   * Writes a failed Task that says why, on the orders the study was analysed for.
   *
   * @throws io.spinexr.fhir.FhirRecordException if the same write may succeed later
   */
  public Ending giveUp(StudyAnalysis study, GiveUpException failure) {
    Optional<Restriction> restriction = restriction(study);
    if (restriction.isPresent()) {
      return restricted(study, restriction.get());
    }
    boolean recorded = failure.state() == StudyState.NOT_MATCHED && inChart(study);
    // Cards do not show such a result any more; the chart is for a person to put right.
    String reason =
        failure.getMessage()
            + (recorded ? "; an earlier result is in the chart and has to be withdrawn" : "");
    LOG.atLevel(recorded ? Level.ERROR : Level.WARN)
        .log("analysis of study {} is given up: {}", study.studyUid(), reason);
    Instant now = clock.instant();
    ImagingOrder order = orders.order(study.orderKey()).orElseThrow().order();
    List<ImagingOrder> own = orders.ordersOf(study.studyUid());
    List<ImagingOrder> asking = own.isEmpty() ? List.of(order) : own;
    failures.write(
        new FailedAnalysis(
            Subjects.of(order, archives.matching().inArchive(order.patient())),
            Subjects.references(asking),
            failure.state() == StudyState.NOT_MATCHED
                ? Optional.empty() // it may be another patient's
                : Optional.of(withoutImages(study)),
            study.findings().map(StudyFindings::models).orElse(models),
            Subjects.urgency(study.triage(), asking),
            FailedAnalysis.Kind.ANALYSIS_FAILED,
            reason,
            now),
        "analysis of study " + study.studyUid());
    return new Ending(
        failure.state(),
        () -> {
          boolean over = studies.gaveUp(study, failure.state(), reason, now);
          if (over && failure.state() == StudyState.NOT_MATCHED) {
            studies.forgetFindings(study.studyUid()); // nothing to carry over
          }
          return over;
        });
  }

  /** What is known of the study when the archive may not answer. */
  public ImagedStudy withoutImages(StudyAnalysis study) {
    return new ImagedStudy(
        study.studyUid(),
        Optional.empty(),
        study.studyDate().map(StudyStart::on),
        study.description(),
        study.region(),
        List.of(),
        Set.of(),
        archives.only());
  }
}
