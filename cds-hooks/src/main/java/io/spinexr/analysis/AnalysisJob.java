package io.spinexr.analysis;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.spinexr.archive.ArchivePatient;
import io.spinexr.archive.Archives;
import io.spinexr.archive.ListedStudy;
import io.spinexr.archive.NotThePatientsException;
import io.spinexr.archive.PatientMatching;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.FindingsBundle;
import io.spinexr.fhir.Issuer;
import io.spinexr.fhir.Recorded;
import io.spinexr.finding.StudyFindings;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.Restriction;
import io.spinexr.radiograph.Analyzer;
import io.spinexr.radiograph.Stage;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.Urgency;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.OrderReference;
import io.spinexr.study.StudyStart;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The durable job of a study under one model set: analyses it, writes its FHIR resources in one
 * transaction, and keeps the result. It may run more than once: what it writes is idempotent. One
 * per study; its instance is named by the study's UID.
 */
final class AnalysisJob {
  private static final Logger LOG = LoggerFactory.getLogger(AnalysisJob.class);

  /** Who takes back what was rejected, for readers. */
  private static final String ARCHIVE = "the archive";

  private final AnalysisStore store;
  private final Transactions transactions;
  private final PatientMatching matching;
  private final PatientPrivacy privacy;
  private final Archives archives;
  private final StudyAnalyzer studyAnalyzer;
  private final Analyzer analyzer;
  private final TriagePolicy triage;
  private final FhirRecord record;
  private final Issuer issuer;
  private final VisibleFailures failures;
  private final VisibilityStore visibility;
  private final Withdrawals withdrawals;
  private final Deliveries deliveries;
  private final StudyWatch watch;
  private final AnalysisProperties properties;
  private final Jobs jobs;
  private final Changes changes;
  private final AnalysisMeters meters;
  private final Clock clock;

  AnalysisJob(
      AnalysisStore store,
      Transactions transactions,
      PatientMatching matching,
      PatientPrivacy privacy,
      Archives archives,
      StudyAnalyzer studyAnalyzer,
      Analyzer analyzer,
      TriagePolicy triage,
      FhirRecord record,
      Issuer issuer,
      VisibleFailures failures,
      VisibilityStore visibility,
      Withdrawals withdrawals,
      Deliveries deliveries,
      StudyWatch watch,
      AnalysisProperties properties,
      Jobs jobs,
      Changes changes,
      AnalysisMeters meters,
      Clock clock) {
    this.store = store;
    this.transactions = transactions;
    this.matching = matching;
    this.privacy = privacy;
    this.archives = archives;
    this.studyAnalyzer = studyAnalyzer;
    this.analyzer = analyzer;
    this.triage = triage;
    this.record = record;
    this.issuer = issuer;
    this.failures = failures;
    this.visibility = visibility;
    this.withdrawals = withdrawals;
    this.deliveries = deliveries;
    this.watch = watch;
    this.properties = properties;
    this.jobs = jobs;
    this.changes = changes;
    this.meters = meters;
    this.clock = clock;
  }

  Task<Void> task() {
    return Tasks.custom(AnalysisRequests.descriptor(modelSet()))
        .onFailure(this::failed)
        .onDeadExecutionRevive()
        .execute((instance, context) -> run(instance.getId()));
  }

  private String modelSet() {
    return analyzer.models().id();
  }

  private CompletionHandler<Void> run(String studyUid) {
    store.attempt(studyUid, modelSet());
    Optional<StudyAnalysis> wanted = store.analysis(studyUid, modelSet());
    if (wanted.isEmpty() || wanted.get().state() != StudyState.QUEUED) {
      return (complete, job) -> job.remove();
    }
    StudyAnalysis started = wanted.get();
    Optional<Restriction> restriction = restriction(started);
    if (restriction.isPresent()) {
      return restricted(started, restriction.get());
    }
    ImagingOrder order = store.order(started.orderKey()).orElseThrow().order();
    if (visibility.hidden(modelSet()).filter(HiddenSet::recalled).isPresent()) {
      return giveUp(started, order, GiveUpException.failed("the model set was recalled"));
    }
    if (started.attempts() > properties.maxAttempts()) {
      String reason = started.reason().orElse("the server stopped while it was analysed");
      return giveUp(started, order, GiveUpException.failed(reason));
    }
    try {
      return analyse(started, order);
    } catch (NotThePatientsException e) {
      meters.failure("analysis", e);
      return giveUp(started, order, GiveUpException.notMatched(e.getMessage()));
    } catch (GiveUpException e) {
      meters.failure("analysis", e);
      return giveUp(started, order, e);
    } catch (FhirRecordException e) {
      if (e.retryable()) {
        throw e;
      }
      meters.failure("analysis", e); // the same again would be refused again
      return giveUp(started, order, GiveUpException.failed(e.getMessage()));
    }
  }

  private CompletionHandler<Void> analyse(StudyAnalysis started, ImagingOrder order) {
    ArchivePatient patient =
        matching.inArchive(order.patient()).stream()
            .filter(candidate -> candidate.hash().equals(started.patient()))
            .findFirst()
            .orElseThrow(
                () ->
                    GiveUpException.notMatched(
                        "the images were matched by an identifier that the order's patient does"
                            + " not have any more"));
    EarlierResult earlier = EarlierResult.of(started);
    Optional<ListedStudy> listed = listed(started, order.patient(), patient, earlier);
    Optional<String> rejection =
        listed
            .filter(study -> study.images().isEmpty())
            .flatMap(study -> study.rejection(earlier.instances()))
            .map(why -> "the study's radiographs were " + why.words());
    if (rejection.isPresent()
        && (started.findings().isPresent() || started.report().isPresent())
        && listed.get().rejected().keySet().containsAll(earlier.instances())) {
      return rejected(started, rejection.get());
    }
    if (rejection.isPresent() && earlier.tellsNothing()) {
      throw GiveUpException.failed(rejection.get());
    }
    StudyAnalyzer.Analysed analysed =
        listed.isPresent()
            ? studyAnalyzer.analyse(
                listed.get(), earlier, started.attempts() == properties.maxAttempts())
            : absent(started);
    Optional<Restriction> meanwhile = restriction(started);
    if (meanwhile.isPresent()) {
      return restricted(started, meanwhile.get());
    }
    List<ImagingOrder> orders = store.ordersOf(started.studyUid());
    ReadingPriority triaged = triage.priority(analysed.findings());
    Urgency urgency = urgency(Optional.of(triaged), orders);
    Instant now = clock.instant();
    Bundle bundle =
        FindingsBundle.of(
            new AnalysedStudy(
                Subjects.of(order.patient(), patient, analysed.patientName()),
                Subjects.references(orders),
                analysed.study(),
                analysed.findings(),
                analyzer.rule(),
                urgency,
                analysed.annotatedPng(),
                now),
            issuer);
    Optional<Deliveries.Parcel> parcel = deliveries.pack(started, bundle);
    long start = System.nanoTime();
    Recorded recorded = record.write(bundle);
    meters.stage(Stage.WRITE, Duration.ofNanos(System.nanoTime() - start));
    return (complete, job) ->
        finish(
            complete,
            job,
            started,
            StudyState.DONE,
            () -> {
              boolean kept =
                  store.done(
                      started,
                      analysed.findings(),
                      triaged,
                      urgency.priority(),
                      analysed.study().region(),
                      analysed.stated(),
                      recorded.report(),
                      now);
              if (kept) {
                listed.ifPresent(
                    study ->
                        watch.follow(started.studyUid(), study.followed(analysed.findings()), now));
                parcel.ifPresent(packed -> deliveries.send(packed, now));
              } else {
                store
                    .analysis(started.studyUid(), modelSet())
                    .filter(current -> current.state() == StudyState.WITHDRAWN)
                    .ifPresent(withdrawals::again);
              }
              return kept;
            });
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

  private Optional<Restriction> restriction(StudyAnalysis started) {
    return privacy.restriction(store.order(started.orderKey()).orElseThrow());
  }

  /** Quietly: there is no failed Task, because nothing may be written. */
  private CompletionHandler<Void> restricted(StudyAnalysis started, Restriction restriction) {
    Instant now = clock.instant();
    return (complete, job) ->
        finish(
            complete,
            job,
            started,
            StudyState.FAILED,
            () -> store.gaveUp(started, StudyState.FAILED, restriction.sentence(), now));
  }

  /** What was rejected is taken back, once that is all there was. */
  private CompletionHandler<Void> rejected(StudyAnalysis started, String reason) {
    return (complete, job) ->
        finish(complete, job, started, StudyState.WITHDRAWN, () -> withdraw(started, reason));
  }

  /** That the study is absent takes nothing back; what is asked of its orders is still told. */
  private StudyAnalyzer.Analysed absent(StudyAnalysis started) {
    StudyFindings kept =
        started
            .findings()
            .orElseThrow(() -> GiveUpException.failed("the archive no longer has the study"));
    LOG.warn("study {} keeps its result, but is missing in the archive", started.studyUid());
    return new StudyAnalyzer.Analysed(
        kept, withoutImages(started), Optional.empty(), started.stated(), Map.of());
  }

  private boolean withdraw(StudyAnalysis started, String reason) {
    boolean current =
        store
            .analysis(started.studyUid(), modelSet())
            .filter(now -> now.request() == started.request())
            .isPresent();
    if (current) {
      for (String set : visibility.setsOf(started.studyUid())) {
        withdrawals.withdrawNow(started.studyUid(), set, reason, ARCHIVE, clock.instant());
      }
    }
    return current;
  }

  /** Visibly: a failed Task says why, on the orders the study was analysed for. */
  private CompletionHandler<Void> giveUp(
      StudyAnalysis started, ImagingOrder order, GiveUpException failure) {
    Optional<Restriction> meanwhile = restriction(started);
    if (meanwhile.isPresent()) {
      return restricted(started, meanwhile.get());
    }
    boolean recorded =
        failure.state() == StudyState.NOT_MATCHED
            && (started.findings().isPresent() || started.report().isPresent());
    // Cards do not show such a result any more; the chart is for a person to put right.
    String reason =
        failure.getMessage()
            + (recorded ? "; an earlier result is in the chart and has to be withdrawn" : "");
    LOG.atLevel(recorded ? Level.ERROR : Level.WARN)
        .log("analysis of study {} is given up: {}", started.studyUid(), reason);
    Instant now = clock.instant();
    List<ImagingOrder> orders = store.ordersOf(started.studyUid());
    List<ImagingOrder> asking = orders.isEmpty() ? List.of(order) : orders;
    List<OrderReference> references = Subjects.references(asking);
    failures.write(
        new FailedAnalysis(
            Subjects.of(order, matching.inArchive(order.patient())),
            references,
            failure.state() == StudyState.NOT_MATCHED
                ? Optional.empty() // it may be another patient's
                : Optional.of(withoutImages(started)),
            analyzer.models(),
            urgency(started.triage(), asking),
            FailedAnalysis.Kind.ANALYSIS_FAILED,
            reason,
            now),
        "analysis of study " + started.studyUid());
    return (complete, job) ->
        finish(
            complete,
            job,
            started,
            failure.state(),
            () -> {
              boolean over = store.gaveUp(started, failure.state(), reason, now);
              if (over && failure.state() == StudyState.NOT_MATCHED) {
                store.forgetFindings(started.studyUid()); // nothing to carry over
              }
              return over;
            });
  }

  private static Urgency urgency(Optional<ReadingPriority> triage, List<ImagingOrder> orders) {
    return new Urgency(
        triage, orders.stream().map(ImagingOrder::priority).min(Comparator.naturalOrder()));
  }

  /** What is known of the study when the archive may not answer. */
  private ImagedStudy withoutImages(StudyAnalysis study) {
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

  private interface Ending {
    /** Whether the analysis was not asked for again meanwhile. */
    boolean keep();
  }

  /** The result and the end of the job are kept together, or neither. */
  private void finish(
      ExecutionComplete complete,
      ExecutionOperations<Void> job,
      StudyAnalysis started,
      StudyState outcome,
      Ending ending) {
    Instant now = clock.instant();
    transactions.run(
        () -> {
          if (ending.keep()) {
            job.remove();
          } else {
            job.reschedule(complete, now);
          }
        });
    jobs.checkNow();
    meters.analysis(outcome, Duration.between(started.requestedAt(), now));
    changes.happened(store.ordersLinkedTo(started.studyUid()));
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    String studyUid = complete.getExecution().getId();
    Throwable cause = complete.getCause().orElseThrow();
    meters.failure("analysis", cause);
    Optional<StudyAnalysis> started = store.analysis(studyUid, modelSet());
    boolean uncounted =
        Failures.outage(cause) && started.filter(this::mayOutlastOutage).isPresent();
    store.attemptFailed(studyUid, modelSet(), Failures.words(cause), !uncounted);
    int attempts =
        uncounted
            ? complete.getExecution().consecutiveFailures + 1
            : started.map(StudyAnalysis::attempts).orElse(1);
    Duration pause = properties.retry(Math.max(1, attempts));
    Failures.log(LOG, "analysis of study " + studyUid, attempts, pause, cause);
    job.reschedule(complete, clock.instant().plus(pause));
  }

  private boolean mayOutlastOutage(StudyAnalysis started) {
    return clock.instant().isBefore(started.requestedAt().plus(properties.outageGiveUpAfter()));
  }
}
