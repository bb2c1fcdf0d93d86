package io.spinexr.search;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.spinexr.archive.Archives;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.finding.StudyFindings;
import io.spinexr.job.AnalysisRequests;
import io.spinexr.job.Failures;
import io.spinexr.job.Jobs;
import io.spinexr.job.Work;
import io.spinexr.order.PatientIdentity;
import io.spinexr.outcome.PatientPrivacy;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.state.WatchedStudy;
import io.spinexr.store.OrderStore;
import io.spinexr.store.WatchStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable job that follows a study with a result in the archive: late images, images that are
 * taken back and another patient's are analysed anew; a study that is not there any more is counted
 * and told to people. One per study; its instance is named by the study's UID.
 */
public final class StudyWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StudyWatch.class);
  private static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("watch");
  private static final TaskDescriptor<Void> ADOPTION = TaskDescriptor.of("watch adoption");
  private static final int NEIGHBOURS = 20;

  private final WatchStore watches;
  private final OrderStore orders;
  private final PatientPrivacy privacy;
  private final Archives archives;
  private final AnalysisRequests requests;
  private final MissingStudies missing;
  private final SearchProperties properties;
  private final String modelSet;
  private final Work work;

  public StudyWatch(
      WatchStore watches,
      OrderStore orders,
      PatientPrivacy privacy,
      Archives archives,
      AnalysisRequests requests,
      MissingStudies missing,
      SearchProperties properties,
      Work work) {
    this.watches = watches;
    this.orders = orders;
    this.privacy = privacy;
    this.archives = archives;
    this.requests = requests;
    this.missing = missing;
    this.properties = properties;
    this.modelSet = requests.modelSet();
    this.work = work;
  }

  private enum Sight {
    AS_ANALYSED,
    OTHERWISE,
    MISSING,
    UNCLEAR
  }

  /**
   * What the archive tells of a study.
   *
   * @param radiographs how many it has, rejected ones too
   */
  private record Look(Sight sight, int radiographs) {}

  /** To be called inside the transaction that keeps a result about these radiographs. */
  public void follow(String studyUid, Set<String> instances, Instant now) {
    if (watches.follow(studyUid, modelSet, instances, now)) {
      schedule(studyUid, now.plus(properties.watchInterval(0)));
    }
  }

  /** Something about the study has changed in the archive. */
  void lookSoon(String studyUid, Instant now) {
    if (watches.find(studyUid, modelSet).isPresent()) {
      schedule(studyUid, now);
    }
  }

  private void schedule(String studyUid, Instant at) {
    Jobs.schedule(work.jobs().orders(), DESCRIPTOR.instance(studyUid).build(), at);
  }

  /** Lets one node follow the results of the version before. */
  public void adopt() {
    work.jobs().orders().scheduleIfNotExists(ADOPTION.instance("results").build(), work.now());
  }

  public List<Task<?>> tasks() {
    return List.of(
        Tasks.custom(DESCRIPTOR)
            .onFailure(this::failed)
            .onDeadExecutionRevive()
            .execute((instance, context) -> run(instance.getId())),
        Tasks.custom(ADOPTION)
            .onDeadExecutionRevive()
            .execute(
                (instance, context) -> {
                  followAll();
                  return (complete, job) -> job.remove();
                }));
  }

  private void followAll() {
    Instant now = work.now();
    for (StudyFindings result : watches.unwatched(modelSet, now.minus(properties.watchFor()))) {
      work.run(() -> follow(result.studyUid(), ListedStudy.analysed(result), now));
    }
  }

  private CompletionHandler<Void> run(String studyUid) {
    Optional<WatchedStudy> watched = watches.find(studyUid, modelSet);
    if (watched.filter(study -> !study.over(properties.watchFor(), work.now())).isEmpty()) {
      return (complete, job) -> end(complete, job, watched, () -> {});
    }
    Optional<StudyAnalysis> analysis = requests.known(studyUid);
    if (analysis.flatMap(StudyAnalysis::findings).isEmpty()
        || analysis.get().state() == StudyState.NOT_MATCHED) {
      return (complete, job) ->
          end(complete, job, watched, () -> watches.remove(studyUid, modelSet));
    }
    RememberedOrder order = orders.order(analysis.get().orderKey()).orElseThrow();
    // A pending analysis looks itself, and for some patients nobody may look.
    boolean closed =
        analysis.get().state() == StudyState.QUEUED || privacy.restriction(order).isPresent();
    Look look =
        closed
            ? new Look(Sight.UNCLEAR, 0)
            : look(watched.get(), analysis.get(), order.order().patient());
    Instant now = work.now();
    return (complete, job) -> {
      work.run(
          () -> {
            keep(watched.get(), analysis.get(), look, now);
            job.reschedule(complete, now.plus(properties.watchInterval(watched.get().looks() + 1)));
          });
    };
  }

  /** Unless its result was kept anew meanwhile, which found the job running. */
  private void end(
      ExecutionComplete complete,
      ExecutionOperations<Void> job,
      Optional<WatchedStudy> watched,
      Runnable ending) {
    work.run(
        () -> {
          if (watches.find(complete.getExecution().getId(), modelSet).equals(watched)) {
            ending.run();
            job.remove();
          } else {
            job.reschedule(complete, work.now().plus(properties.watchInterval(0)));
          }
        });
  }

  private Look look(WatchedStudy watched, StudyAnalysis analysis, PatientIdentity whose) {
    Optional<ArchivePatient> patient =
        archives.matching().inArchive(whose).stream()
            .filter(candidate -> candidate.hash().equals(analysis.patient()))
            .findFirst();
    if (patient.isEmpty()) {
      return new Look(Sight.OTHERWISE, analysis.radiographs());
    }
    try {
      Optional<ListedStudy> listed =
          archives.study(watched.studyUid(), whose, patient.get()).whole();
      return new Look(
          sight(watched, listed, whose), listed.map(study -> study.listed().size()).orElse(0));
    } catch (NotThePatientsException e) { // another patient's by now
      return new Look(Sight.OTHERWISE, analysis.radiographs());
    }
  }

  private Sight sight(WatchedStudy watched, Optional<ListedStudy> listed, PatientIdentity whose) {
    if (listed.filter(study -> study.differsFrom(watched.instances())).isPresent()) {
      return Sight.OTHERWISE;
    }
    if (listed.filter(study -> study.listed().containsAll(watched.instances())).isPresent()) {
      return Sight.AS_ANALYSED;
    }
    boolean contradicted = listed.isEmpty() && archives.lists(watched.studyUid(), whose);
    return contradicted || !archivesAreWhole(watched) ? Sight.UNCLEAR : Sight.MISSING;
  }

  /**
   * An archive that was emptied, or has not read its index yet, misses everything: only one that
   * still lists a study from the time when this one was there can tell that this one is gone. Of
   * several archives each must, because any may have held it.
   */
  private boolean archivesAreWhole(WatchedStudy watched) {
    return archives.eachListsOneOf(watches.neighbours(watched, NEIGHBOURS));
  }

  private void keep(WatchedStudy watched, StudyAnalysis analysis, Look look, Instant now) {
    WatchedStudy after =
        switch (look.sight()) {
          case AS_ANALYSED, OTHERWISE -> watched.seen(now);
          case MISSING -> watched.missed(now);
          case UNCLEAR -> watched.unclear();
        };
    watches.looked(after);
    if (after.reported() != watched.reported()) {
      LOG.warn(
          "study {} {}",
          watched.studyUid(),
          after.reported() ? "is missing in the archive" : "is in the archive again");
      missing.changed(after, now);
    }
    if (look.sight() == Sight.OTHERWISE) {
      requests.renew(analysis, look.radiographs(), now);
    }
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    int attempt = complete.getExecution().consecutiveFailures + 1;
    Throwable cause = complete.getCause().orElseThrow();
    work.meters().failure("watch", cause);
    Duration pause = properties.watchInterval(attempt);
    Failures.log(LOG, "watch of study " + complete.getExecution().getId(), attempt, pause, cause);
    job.reschedule(complete, work.now().plus(pause));
  }
}
