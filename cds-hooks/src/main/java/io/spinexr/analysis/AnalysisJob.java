package io.spinexr.analysis;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.archive.Archives;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.finding.StudyFindings;
import io.spinexr.job.AnalysisRequests;
import io.spinexr.job.Deaths;
import io.spinexr.job.Failures;
import io.spinexr.job.GiveUpException;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.Restriction;
import io.spinexr.outcome.Ending;
import io.spinexr.outcome.GivenUpStudies;
import io.spinexr.outcome.Withdrawals;
import io.spinexr.state.HiddenSet;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.OrderStore;
import io.spinexr.store.StudyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable job of a study under one model set: analyses it and keeps the result, which outputs
 * then bring to where it belongs. It may run more than once. One per study; its instance is named
 * by the study's UID.
 */
public final class AnalysisJob {
  private static final Logger LOG = LoggerFactory.getLogger(AnalysisJob.class);

  private final OrderStore orders;
  private final StudyStore studies;
  private final Archives archives;
  private final StudyAnalyser studyAnalyser;
  private final FinishedStudies finished;
  private final GivenUpStudies givenUp;
  private final Withdrawals withdrawals;
  private final String modelSet;
  private final Work work;

  public AnalysisJob(
      OrderStore orders,
      StudyStore studies,
      Archives archives,
      StudyAnalyser studyAnalyser,
      FinishedStudies finished,
      GivenUpStudies givenUp,
      Withdrawals withdrawals,
      Work work) {
    this.orders = orders;
    this.studies = studies;
    this.archives = archives;
    this.studyAnalyser = studyAnalyser;
    this.finished = finished;
    this.givenUp = givenUp;
    this.withdrawals = withdrawals;
    this.modelSet = studyAnalyser.models().id();
    this.work = work;
  }

  public Task<Void> task() {
    return work.jobs()
        .deaths()
        .task(
            AnalysisRequests.descriptor(modelSet),
            Deaths.MOST_OF_ANALYSES,
            this::failed,
            this::run);
  }

  /**
   * @param fatal why it is not tried any more
   */
  private CompletionHandler<Void> run(String studyUid, Optional<String> fatal) {
    studies.attempt(studyUid, modelSet);
    Optional<StudyAnalysis> wanted = studies.analysis(studyUid, modelSet);
    if (wanted.isEmpty() || wanted.get().state() != StudyState.QUEUED) {
      return (complete, job) -> job.remove();
    }
    StudyAnalysis started = wanted.get();
    Optional<Restriction> restriction = givenUp.restriction(started);
    if (restriction.isPresent()) {
      return end(started, givenUp.restricted(started, restriction.get()));
    }
    if (withdrawals.hidden(modelSet).filter(HiddenSet::recalled).isPresent()) {
      return giveUp(started, GiveUpException.failed("the model set was recalled"));
    }
    if (fatal.isPresent()) {
      return giveUp(started, GiveUpException.failed(fatal.get()));
    }
    if (started.attempts() > work.properties().maxAttempts()) {
      String reason = started.reason().orElse("the server stopped while it was analysed");
      return giveUp(started, GiveUpException.failed(reason));
    }
    try {
      return end(started, analyse(started));
    } catch (NotThePatientsException e) {
      work.meters().failure("analysis", e);
      return giveUp(started, GiveUpException.notMatched(e.getMessage()));
    } catch (GiveUpException e) {
      work.meters().failure("analysis", e);
      return giveUp(started, e);
    }
  }

  private CompletionHandler<Void> giveUp(StudyAnalysis started, GiveUpException failure) {
    return end(started, givenUp.giveUp(started, failure));
  }

  private Ending analyse(StudyAnalysis started) {
    ImagingOrder order = orders.order(started.orderKey()).orElseThrow().order();
    PatientIdentity whose = order.patient();
    ArchivePatient patient =
        archives.matching().inArchive(whose).stream()
            .filter(candidate -> candidate.hash().equals(started.patient()))
            .findFirst()
            .orElseThrow(
                () ->
                    GiveUpException.notMatched(
                        "the images were matched by an identifier that the order's patient does"
                            + " not have any more"));
    EarlierResult earlier = EarlierResult.of(started);
    work.audit(
        Action.READ, Optional.of(order), "images in the archives of study " + started.studyUid());
    Optional<ListedStudy> listed = listed(started, whose, patient, earlier);
    Optional<String> rejection =
        listed
            .filter(study -> study.images().isEmpty())
            .flatMap(study -> study.rejection(earlier.instances()))
            .map(why -> "the study's radiographs were " + why.words());
    if (rejection.isPresent()
        && givenUp.inChart(started)
        && listed.get().rejected().keySet().containsAll(earlier.instances())) {
      return new Ending(
          StudyState.WITHDRAWN,
          () -> withdrawals.rejectedByArchive(started, rejection.get(), work.now()));
    }
    if (rejection.isPresent() && earlier.tellsNothing()) {
      throw GiveUpException.failed(rejection.get());
    }
    StudyAnalyser.Analysed analysed =
        listed.isPresent()
            ? studyAnalyser.analyse(
                listed.get(), earlier, started.attempts() == work.properties().maxAttempts())
            : absent(started);
    Optional<Restriction> meanwhile = givenUp.restriction(started);
    return meanwhile.isPresent()
        ? givenUp.restricted(started, meanwhile.get())
        : finished.keep(started, whose, patient, listed, analysed);
  }

  /**
   * A first result does not wait for an archive that is down. A later one does, because that
   * archive may be the one that holds, or has rejected, what the result is about.
   */
  private Optional<ListedStudy> listed(
      StudyAnalysis started, PatientIdentity whose, ArchivePatient patient, EarlierResult earlier) {
    Archives.Sighting seen = archives.study(started.studyUid(), whose, patient);
    return seen.study().isPresent() && earlier.tellsNothing() ? seen.study() : seen.whole();
  }

  /** That the study is absent takes nothing back; what is asked of its orders is still told. */
  private StudyAnalyser.Analysed absent(StudyAnalysis started) {
    StudyFindings kept =
        started
            .findings()
            .orElseThrow(() -> GiveUpException.failed("the archive no longer has the study"));
    LOG.warn("study {} keeps its result, but is missing in the archive", started.studyUid());
    return new StudyAnalyser.Analysed(
        kept,
        givenUp.withoutImages(started),
        Optional.empty(),
        started.stated(),
        Map.of(),
        started.provenance());
  }

  /** How it ends and the end of the job are kept together, or neither. */
  private CompletionHandler<Void> end(StudyAnalysis started, Ending ending) {
    return (complete, job) -> {
      Instant now = work.now();
      work.run(
          () -> {
            if (ending.keep().getAsBoolean()) {
              work.changed(orders.ordersLinkedTo(started.studyUid()));
              job.remove();
            } else {
              job.reschedule(complete, now);
            }
          });
      work.meters().analysis(ending.state(), Duration.between(started.requestedAt(), now));
    };
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    String studyUid = complete.getExecution().getId();
    Throwable cause = complete.getCause().orElseThrow();
    work.meters().failure("analysis", cause);
    Optional<StudyAnalysis> started = studies.analysis(studyUid, modelSet);
    boolean uncounted =
        Failures.outage(cause) && started.filter(this::mayOutlastOutage).isPresent();
    studies.attemptFailed(studyUid, modelSet, Failures.words(cause), !uncounted);
    int attempts =
        uncounted
            ? complete.getExecution().consecutiveFailures + 1
            : started.map(StudyAnalysis::attempts).orElse(1);
    Duration pause = work.properties().retry(Math.max(1, attempts));
    Failures.log(LOG, "analysis of study " + studyUid, attempts, pause, cause);
    job.reschedule(complete, work.now().plus(pause));
  }

  private boolean mayOutlastOutage(StudyAnalysis started) {
    return work.now().isBefore(started.requestedAt().plus(work.properties().outageGiveUpAfter()));
  }
}
