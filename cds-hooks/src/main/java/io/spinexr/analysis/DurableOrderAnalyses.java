package io.spinexr.analysis;

import io.spinexr.analysis.OrderAnswer.Notice;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link OrderAnalyses} on the shared database: an order is kept before anything else is done. */
final class DurableOrderAnalyses implements OrderAnalyses {
  /** How often the store is looked into for what other nodes finished. */
  private static final Duration GLANCE = Duration.ofMillis(100);

  private static final Comparator<StudyResult> NEWEST_FIRST =
      Comparator.comparing((StudyResult result) -> result.studyDate().orElse(LocalDate.MIN))
          .thenComparing(StudyResult::analysedAt)
          .reversed();

  private final AnalysisStore store;
  private final Transactions transactions;
  private final Jobs jobs;
  private final PatientMatching matching;
  private final String modelSet;
  private final SearchProperties properties;
  private final Changes changes;
  private final Clock clock;

  DurableOrderAnalyses(
      AnalysisStore store,
      Transactions transactions,
      Jobs jobs,
      PatientMatching matching,
      String modelSet,
      SearchProperties properties,
      Changes changes,
      Clock clock) {
    this.store = store;
    this.transactions = transactions;
    this.jobs = jobs;
    this.matching = matching;
    this.modelSet = modelSet;
    this.properties = properties;
    this.changes = changes;
    this.clock = clock;
  }

  @Override
  public OrderAnswer answer(ImagingOrder order, Duration budget) {
    long deadline = System.nanoTime() + budget.toNanos();
    String key = order.key();
    long seen = changes.count();
    Optional<OrderStatus> known = store.status(key, modelSet);
    if (known.isEmpty() || !holds(known.get().order(), order)) {
      remember(order);
      known = Optional.empty();
    }
    OrderStatus status = known.orElseGet(() -> store.status(key, modelSet).orElseThrow());
    long left = deadline - System.nanoTime();
    while (!settled(status) && left > 0) {
      if (!awaitChange(seen, Duration.ofNanos(Math.min(left, GLANCE.toNanos())))) {
        break;
      }
      seen = changes.count();
      status = store.status(key, modelSet).orElseThrow();
      left = deadline - System.nanoTime();
    }
    return answer(key, status);
  }

  /** Whether what is known answers the order as it is asked for now. */
  private boolean holds(RememberedOrder known, ImagingOrder asked) {
    Instant oldest = clock.instant().minus(properties.freshFor());
    boolean recent = known.searchedSince(oldest) || known.requestedAt().isAfter(oldest);
    return recent && known.order().equals(merged(known.order(), asked));
  }

  /** An order that was placed once stays placed, though it may be looked at as a draft again. */
  private static ImagingOrder merged(ImagingOrder known, ImagingOrder asked) {
    return new ImagingOrder(
        asked.source(),
        asked.id(),
        asked.named(),
        asked.patient(),
        asked.numbers(),
        asked.examination(),
        asked.priority(),
        asked.stage().orLater(known.stage()),
        asked.requesters());
  }

  /** Order and job are kept together, or neither. */
  private void remember(ImagingOrder order) {
    transactions.run(
        () -> {
          Instant now = clock.instant();
          Optional<RememberedOrder> known = store.order(order.key());
          if (known.isEmpty()) {
            store.insert(order, now);
          } else {
            store.renew(merged(known.get().order(), order), now);
            if (!known.get().order().patient().equals(order.patient())) {
              // What was found for who the patient seemed to be may be another person's.
              store.replaceLinks(order.key(), List.of());
            }
          }
          Jobs.scheduleNow(jobs.orders(), SearchJob.DESCRIPTOR.instance(order.key()).build(), now);
        });
    jobs.checkNow();
  }

  private static boolean settled(OrderStatus status) {
    return searched(status)
        && status.studies().stream().noneMatch(study -> study.state() == StudyState.QUEUED);
  }

  private static boolean searched(OrderStatus status) {
    return status.order().searchedSince(status.order().requestedAt());
  }

  private boolean awaitChange(long seen, Duration atMost) {
    try {
      changes.await(seen, atMost);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static OrderAnswer answer(String key, OrderStatus status) {
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
        case DONE -> {}
      }
    }
    return new OrderAnswer(key, newestFirst(status.studies()), running, notices);
  }

  private static List<StudyResult> newestFirst(List<StudyAnalysis> studies) {
    return studies.stream().flatMap(study -> study.result().stream()).sorted(NEWEST_FIRST).toList();
  }

  @Override
  public List<StudyResult> known(PatientIdentity patient, Duration budget) {
    List<String> hashes = matching.inArchive(patient).stream().map(ArchivePatient::hash).toList();
    if (hashes.isEmpty()) {
      return List.of();
    }
    List<StudyAnalysis> studies =
        store.analysesOf(hashes, modelSet).stream()
            .filter(study -> study.state() != StudyState.NOT_MATCHED)
            .toList();
    boolean samePerson =
        studies.stream()
            .map(StudyAnalysis::orderKey)
            .distinct()
            .flatMap(key -> store.order(key).stream())
            .allMatch(order -> agree(order.order().patient(), patient));
    return samePerson ? newestFirst(studies) : List.of();
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
