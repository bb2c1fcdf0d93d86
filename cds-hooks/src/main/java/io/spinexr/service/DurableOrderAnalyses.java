package io.spinexr.service;

import io.spinexr.finding.BirthDate;
import io.spinexr.job.Changes;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.Restriction;
import io.spinexr.outcome.Disputes;
import io.spinexr.outcome.PatientPrivacy;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.OrderState;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyResult;
import io.spinexr.state.StudyState;
import io.spinexr.store.StudyStore;
import io.spinexr.study.PatientStatement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@link OrderAnalyses} on the shared database: an order is kept before anything else is done. */
final class DurableOrderAnalyses implements OrderAnalyses {
  /** How long a clinician who can be shown findings waits for what a search may add to them. */
  private static final Duration GRACE = Duration.ofMillis(100);

  private static final Comparator<StudyResult> NEWEST_FIRST =
      Comparator.comparing((StudyResult result) -> result.studyDate().orElse(LocalDate.MIN))
          .thenComparing(StudyResult::analysedAt)
          .reversed();

  private final OrderMemory orders;
  private final StudyStore studies;
  private final PatientChanges patients;
  private final PatientPrivacy privacy;
  private final Disputes disputes;
  private final String modelSet;
  private final Work work;

  DurableOrderAnalyses(
      OrderMemory orders,
      StudyStore studies,
      PatientChanges patients,
      PatientPrivacy privacy,
      Disputes disputes,
      String modelSet,
      Work work) {
    this.orders = orders;
    this.studies = studies;
    this.patients = patients;
    this.privacy = privacy;
    this.disputes = disputes;
    this.modelSet = modelSet;
    this.work = work;
  }

  @Override
  public Optional<Restriction> restriction(
      PatientIdentity patient, List<PrivacyStatement> statements) {
    return privacy.stated(patient, statements);
  }

  @Override
  public OrderAnswer answer(ImagingOrder asked, Duration budget) {
    long deadline = System.nanoTime() + budget.toNanos();
    ImagingOrder order = asked.withPatient(patients.complete(asked.patient()));
    if (privacy.restriction(order.patient()).isPresent()) {
      return new OrderAnswer(order.key(), List.of(), 0, Set.of());
    }
    Optional<String> key = orders.key(order);
    Optional<OrderStatus> known = key.flatMap(k -> studies.status(k, modelSet));
    if (known.isPresent() && orders.holds(known.get().order(), order)) {
      return settle(key.orElseThrow(), known.get(), deadline);
    }
    String remembered = orders.remember(order);
    return settle(remembered, studies.status(remembered, modelSet).orElseThrow(), deadline);
  }

  private OrderAnswer settle(String key, OrderStatus known, long latest) {
    if (studies.withheld()) {
      return new OrderAnswer(key, List.of(), 0, Set.of());
    }
    OrderStatus status = known;
    long deadline =
        !settled(status) && showsFindings(status)
            ? Math.min(latest, System.nanoTime() + GRACE.toNanos())
            : latest;
    try (Changes.Watch watch = work.changes().watch(key)) {
      boolean told = deadline > System.nanoTime();
      while (!settled(status) && told) {
        // At the deadline the store is looked into untold: word of a change may have been lost.
        told = watch.await(Duration.ofNanos(deadline - System.nanoTime()));
        status = studies.status(key, modelSet).orElseThrow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer(key, status);
  }

  @Override
  public void end(OrderEnd end) {
    orders.end(end);
  }

  @Override
  public void stated(PatientStatement statement) {
    patients.stated(statement);
  }

  @Override
  public void dispute(String studyUid, String reportedBy) {
    disputes.open(studyUid, reportedBy);
  }

  private static boolean settled(OrderStatus status) {
    return status.order().state() == OrderState.ENDED
        || searched(status)
            && status.studies().stream().noneMatch(study -> study.state() == StudyState.QUEUED);
  }

  private boolean showsFindings(OrderStatus status) {
    return status.studies().stream().anyMatch(study -> study.shown().isPresent())
        || !known(status.order().order().patient()).isEmpty();
  }

  private static boolean searched(OrderStatus status) {
    return status.order().searchedSince(status.order().requestedAt());
  }

  private OrderAnswer answer(String key, OrderStatus status) {
    Set<Notice> notices = EnumSet.noneOf(Notice.class);
    notices.addAll(status.order().notices());
    if (!searched(status)) {
      notices.remove(Notice.NO_IMAGES_YET);
      notices.add(Notice.STILL_SEARCHING);
    }
    int running = 0;
    for (StudyAnalysis study : status.studies()) {
      switch (study.state()) {
        case QUEUED -> running++;
        case FAILED -> notices.add(Notice.ANALYSIS_FAILED);
        case NOT_MATCHED -> notices.add(Notice.IMAGES_NOT_MATCHED);
        case DONE, WITHDRAWN -> {}
      }
    }
    if (status.studies().stream().anyMatch(study -> !study.reception().visible())) {
      notices.add(Notice.RESULT_WITHHELD);
    }
    Map<String, StudyResult> finished = new LinkedHashMap<>();
    for (StudyAnalysis study : status.studies()) {
      Set<String> orders = status.own().contains(study.studyUid()) ? Set.of(key) : Set.of();
      study.result(orders).ifPresent(result -> finished.put(study.studyUid(), result));
    }
    boolean archiveKnown = searched(status) && !notices.contains(Notice.ARCHIVE_UNAVAILABLE);
    PatientIdentity patient = status.order().order().patient();
    if (!archiveKnown || patients.merged(patient)) {
      // What is known of the patient is shown at once, whatever the search may still bring; and
      // after a merge the archive may go on naming the patient as before.
      for (StudyResult result : known(patient)) {
        finished.putIfAbsent(result.findings().studyUid(), result);
      }
    }
    return new OrderAnswer(
        key, finished.values().stream().sorted(NEWEST_FIRST).toList(), running, notices);
  }

  @Override
  public List<StudyResult> known(PatientIdentity asked) {
    PatientIdentity patient = patients.complete(asked);
    Set<String> hashes = patients.inArchive(patient);
    if (hashes.isEmpty()) {
      return List.of();
    }
    List<StudyResult> results =
        studies.analysesOf(hashes, modelSet).stream()
            .filter(
                study ->
                    study.stated().stream()
                        .allMatch(shown -> shown.canBe(patient.birthDate(), patient.sex())))
            .flatMap(study -> study.result(Set.of()).stream())
            .sorted(NEWEST_FIRST)
            .toList();
    boolean samePerson =
        results.isEmpty()
            || studies.matchedBy(hashes, modelSet).stream()
                .allMatch(order -> agree(order.patient(), patient));
    return samePerson ? results : List.of();
  }

  private static boolean agree(PatientIdentity a, PatientIdentity b) {
    return agreeOnBirth(a.birthDate(), b.birthDate()) && agree(a.sex(), b.sex());
  }

  private static boolean agreeOnBirth(Optional<BirthDate> a, Optional<BirthDate> b) {
    return a.isEmpty() || b.isEmpty() || a.get().agreesWith(b.get());
  }

  private static <T> boolean agree(Optional<T> a, Optional<T> b) {
    return a.isEmpty() || b.isEmpty() || a.equals(b);
  }
}
