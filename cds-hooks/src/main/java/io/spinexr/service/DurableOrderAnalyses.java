package io.spinexr.service;

import io.spinexr.finding.BirthDate;
import io.spinexr.job.Changes;
import io.spinexr.job.Jobs;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.Restriction;
import io.spinexr.outcome.Disputes;
import io.spinexr.outcome.PatientPrivacy;
import io.spinexr.search.OrderChanges;
import io.spinexr.search.SearchJob;
import io.spinexr.search.SearchProperties;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.OrderState;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyResult;
import io.spinexr.state.StudyState;
import io.spinexr.store.AnalysisStore;
import io.spinexr.study.PatientStatement;
import io.spinexr.triage.ReadingPriority;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
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

  private final AnalysisStore store;
  private final OrderChanges orders;
  private final PatientChanges patients;
  private final PatientPrivacy privacy;
  private final Disputes disputes;
  private final String modelSet;
  private final SearchProperties properties;
  private final Work work;

  DurableOrderAnalyses(
      AnalysisStore store,
      OrderChanges orders,
      PatientChanges patients,
      PatientPrivacy privacy,
      Disputes disputes,
      String modelSet,
      SearchProperties properties,
      Work work) {
    this.store = store;
    this.orders = orders;
    this.patients = patients;
    this.privacy = privacy;
    this.disputes = disputes;
    this.modelSet = modelSet;
    this.properties = properties;
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
    Optional<String> key = order.named() ? Optional.of(order.key()) : unnamedKey(order);
    Optional<OrderStatus> known = key.flatMap(k -> store.status(k, modelSet));
    if (known.isPresent() && holds(known.get().order(), order)) {
      return settle(key.orElseThrow(), known.get(), deadline);
    }
    String remembered = remember(order);
    return settle(remembered, store.status(remembered, modelSet).orElseThrow(), deadline);
  }

  private OrderAnswer settle(String key, OrderStatus known, long latest) {
    if (store.withheld()) {
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
        status = store.status(key, modelSet).orElseThrow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer(key, status);
  }

  private Optional<String> unnamedKey(ImagingOrder order) {
    return store
        .unnamed(order, work.now().minus(properties.sameDraftWithin()))
        .map(id -> order.withId(id).key());
  }

  /** Whether what is known answers the order as it is asked for now. */
  private boolean holds(RememberedOrder known, ImagingOrder asked) {
    Instant oldest = work.now().minus(properties.freshFor());
    boolean recent = known.searchedSince(oldest) || known.requestedAt().isAfter(oldest);
    return recent
        && known.state() != OrderState.ENDED
        && known.order().equals(merged(known.order(), asked.withId(known.order().id())));
  }

  /**
   * An order that was placed once stays placed, though it may be looked at as a draft again, which
   * then changes nothing of it but who asked. Of an order without an id, which several people may
   * have asked for, the higher priority holds.
   */
  private static ImagingOrder merged(ImagingOrder known, ImagingOrder asked) {
    boolean onlyLookedAt = known.placed() && !asked.placed();
    ReadingPriority priority =
        onlyLookedAt || !asked.named() && known.priority().outranks(asked.priority())
            ? known.priority()
            : asked.priority();
    // What was stated once is not forgotten because a later call does not state it.
    PatientIdentity patient =
        new PatientIdentity(
            asked.patient().fhirId(),
            asked.patient().identifiers(),
            asked.patient().birthDate().or(known.patient()::birthDate),
            asked.patient().sex().or(known.patient()::sex));
    Set<String> requesters = new HashSet<>(known.requesters());
    requesters.addAll(asked.requesters());
    return new ImagingOrder(
        asked.source(),
        asked.id(),
        asked.named(),
        patient,
        new OrderNumbers(
            asked.numbers().accession().or(known.numbers()::accession),
            asked.numbers().placer().or(known.numbers()::placer)),
        onlyLookedAt ? known.examination() : asked.examination(),
        priority,
        asked.stage().orLater(known.stage()),
        requesters);
  }

  /**
   * Order and job are kept together, or neither.
   *
   * @return the key under which it is remembered
   */
  private String remember(ImagingOrder asked) {
    String key =
        work.call(
            () -> {
              Instant now = work.now();
              ImagingOrder order = asked.named() ? asked : named(asked, now);
              Optional<RememberedOrder> known = store.orderToChange(order.key());
              if (known.isEmpty()) {
                store.insert(order, now);
              } else {
                // Of now, when no search of before can end any more: it would pass for a new
                // one.
                renew(known.get(), order, work.now());
              }
              Jobs.schedule(
                  work.jobs().orders(), SearchJob.DESCRIPTOR.instance(order.key()).build(), now);
              return order.key();
            });
    return key;
  }

  /**
   * Two who ask at once get the same id, and the second one's insert is repeated as a renewal. They
   * are counted before they are looked for: one that comes in between is found.
   */
  private ImagingOrder named(ImagingOrder order, Instant now) {
    int soFar = store.unnamedSoFar(order);
    return order.withId(
        store
            .unnamed(order, now.minus(properties.sameDraftWithin()))
            .orElseGet(
                () -> "unnamed-%s-%d".formatted(order.draftKey().substring(0, 16), soFar + 1)));
  }

  private void renew(RememberedOrder known, ImagingOrder asked, Instant now) {
    ImagingOrder order = merged(known.order(), asked);
    store.renew(order, now);
    if (!known.order().patient().equals(order.patient())) {
      // What was found for who the patient seemed to be may be another person's.
      store.replaceLinks(order.key(), List.of());
    } else if (known.state() == OrderState.ENDED || known.order().priority() != order.priority()) {
      orders.refreshOwn(order.key(), now);
    }
  }

  @Override
  public void end(OrderEnd end) {
    String key = end.key();
    work.run(
        () -> {
          orders.end(key, end.reason(), work.now());
          work.changed(key);
        });
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
    if (!archiveKnown || !store.retiredBy(patient.identifiers()).isEmpty()) {
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
        store.analysesOf(hashes, modelSet).stream()
            .filter(
                study ->
                    study.stated().stream()
                        .allMatch(shown -> shown.canBe(patient.birthDate(), patient.sex())))
            .flatMap(study -> study.result(Set.of()).stream())
            .sorted(NEWEST_FIRST)
            .toList();
    boolean samePerson =
        results.isEmpty()
            || store.matchedBy(hashes, modelSet).stream()
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
