package io.spinexr.job;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.spinexr.archive.FoundStudy;
import io.spinexr.finding.RejectedImage;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.StudyStore;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.util.Optional;

/** Asks for analyses. To be called inside a transaction: request and job are kept together. */
public final class AnalysisRequests {
  private final StudyStore studies;
  private final SchedulerClient jobs;
  private final String modelSet;

  public AnalysisRequests(StudyStore studies, SchedulerClient jobs, String modelSet) {
    this.studies = studies;
    this.jobs = jobs;
    this.modelSet = modelSet;
  }

  public String modelSet() {
    return modelSet;
  }

  /** What became of a study under the active model set. */
  public Optional<StudyAnalysis> known(String studyUid) {
    return studies.analysis(studyUid, modelSet);
  }

  /** The model set is part of the name: a node runs the jobs of the models it has. */
  public static TaskDescriptor<Void> descriptor(String modelSet) {
    return TaskDescriptor.of("analyse " + modelSet);
  }

  /**
   * Asks for the analysis of a study unless its last one still holds.
   *
   * @param own whether the study was made for this order; then asking again for the order tries the
   *     images anew that could not be analysed
   * @param newlyOwn whether the study has just turned out to be made for this order, which its
   *     report does not say yet
   */
  public void requestIfNeeded(
      RememberedOrder order, FoundStudy study, boolean own, boolean newlyOwn, Instant now) {
    Optional<StudyAnalysis> known = known(study.studyUid());
    if (known.isEmpty() || needed(known.get(), order, study, own, newlyOwn)) {
      request(
          new StudyStore.Request(
              study.studyUid(),
              modelSet,
              order.order().key(),
              study.patient().hash(),
              study.radiographs(),
              order.order().priority(),
              study.date(),
              study.description()),
          now);
    }
  }

  /** Lets a result be written anew, because what its report and Task say of orders has changed. */
  public void refresh(StudyAnalysis known, ReadingPriority priority, Instant now) {
    again(known, known.radiographs(), priority, now);
  }

  /**
   * Asks for another analysis of a study whose radiographs are other ones now.
   *
   * @param radiographs how many it has
   */
  public void renew(StudyAnalysis known, int radiographs, Instant now) {
    again(known, radiographs, known.priority(), now);
  }

  private void again(StudyAnalysis known, int radiographs, ReadingPriority priority, Instant now) {
    request(
        new StudyStore.Request(
            known.studyUid(),
            modelSet,
            known.orderKey(),
            known.patient(),
            radiographs,
            priority,
            known.studyDate(),
            known.description()),
        now);
  }

  private static boolean needed(
      StudyAnalysis known, RememberedOrder order, FoundStudy study, boolean own, boolean newlyOwn) {
    if (known.state() == StudyState.WITHDRAWN) {
      return false;
    }
    boolean otherImages = known.radiographs() != study.radiographs();
    boolean otherPatient = !known.patient().equals(study.patient().hash());
    boolean askedAgain =
        known.failedAt().filter(failed -> failed.isBefore(order.requestedAt())).isPresent()
            || own && leavesOut(known) && known.analysedAt().get().isBefore(order.requestedAt());
    boolean reportIsSilent = newlyOwn && known.state() == StudyState.DONE;
    return otherImages || otherPatient || askedAgain || reportIsSilent;
  }

  /** Whether the result says of an image that it could not be analysed. */
  private static boolean leavesOut(StudyAnalysis known) {
    return known.state() == StudyState.DONE
        && known.findings().stream()
            .flatMap(found -> found.rejected().stream())
            .anyMatch(image -> image.kind() == RejectedImage.Kind.NOT_ANALYSABLE);
  }

  /** Asks for the studies that another model set left unfinished when it was replaced. */
  public void takeOver(StudyAnalysis left, Instant now) {
    request(
        new StudyStore.Request(
            left.studyUid(),
            modelSet,
            left.orderKey(),
            left.patient(),
            left.radiographs(),
            left.priority(),
            left.studyDate(),
            left.description()),
        now);
  }

  private void request(StudyStore.Request request, Instant now) {
    studies.request(request, now);
    TaskInstance<Void> job =
        descriptor(modelSet)
            .instance(request.studyUid())
            .priority(urgency(request.priority()))
            .build();
    Jobs.schedule(jobs, job, now);
  }

  /** db-scheduler takes the highest number first. */
  private static int urgency(ReadingPriority priority) {
    return ReadingPriority.values().length - priority.ordinal();
  }
}
