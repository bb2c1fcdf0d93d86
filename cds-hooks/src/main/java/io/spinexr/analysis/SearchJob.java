package io.spinexr.analysis;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.spinexr.analysis.OrderAnswer.Notice;
import io.spinexr.archive.Archives;
import io.spinexr.archive.FoundStudies;
import io.spinexr.archive.FoundStudy;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.PatientMatching;
import io.spinexr.archive.StudyNumbers;
import io.spinexr.dicomweb.DicomWebException;
import io.spinexr.fhir.StandingOrder;
import io.spinexr.finding.ModelSet;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.Restriction;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.Urgency;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable job of an order: asks the archive for the patient's images, sees to it that they are
 * analysed, and comes back until the order's own images are there or the order is given up. One per
 * order; its instance is named by the order's key.
 */
final class SearchJob {
  static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("search");
  private static final Logger LOG = LoggerFactory.getLogger(SearchJob.class);

  private final AnalysisStore store;
  private final Transactions transactions;
  private final PatientMatching matching;
  private final PatientPrivacy privacy;
  private final Archives archives;
  private final AnalysisRequests requests;
  private final StudyWatch watch;
  private final OrderChanges changed;
  private final SearchPlan plan;
  private final SearchProperties properties;
  private final VisibleFailures failures;
  private final ModelSet models;
  private final Jobs jobs;
  private final Changes changes;
  private final AnalysisMeters meters;
  private final Clock clock;

  SearchJob(
      AnalysisStore store,
      Transactions transactions,
      PatientMatching matching,
      PatientPrivacy privacy,
      Archives archives,
      AnalysisRequests requests,
      StudyWatch watch,
      OrderChanges changed,
      SearchProperties properties,
      VisibleFailures failures,
      ModelSet models,
      Jobs jobs,
      Changes changes,
      AnalysisMeters meters,
      Clock clock) {
    this.store = store;
    this.transactions = transactions;
    this.matching = matching;
    this.privacy = privacy;
    this.archives = archives;
    this.requests = requests;
    this.watch = watch;
    this.changed = changed;
    this.plan = new SearchPlan(properties, clock.getZone());
    this.properties = properties;
    this.failures = failures;
    this.models = models;
    this.jobs = jobs;
    this.changes = changes;
    this.meters = meters;
    this.clock = clock;
  }

  Task<Void> task() {
    return Tasks.custom(DESCRIPTOR)
        .onFailure(this::failed)
        .onDeadExecutionRevive()
        .execute((instance, context) -> run(instance.getId()));
  }

  private CompletionHandler<Void> run(String orderKey) {
    Optional<RememberedOrder> remembered = store.order(orderKey);
    if (remembered.isEmpty() || remembered.get().state() == OrderState.ENDED) {
      return (complete, job) -> job.remove();
    }
    Optional<Restriction> restriction = privacy.restriction(remembered.get());
    if (restriction.isPresent()) {
      return restricted(orderKey, restriction.get());
    }
    Optional<StandingOrder> standing = changed.read(remembered.get().order());
    Optional<OrderEnd.Reason> ended = standing.flatMap(OrderChanges::end);
    if (ended.isPresent()) {
      return (complete, job) -> {
        transactions.run(
            () -> {
              boolean same =
                  store
                      .orderToChange(orderKey)
                      .filter(now -> now.requestedAt().equals(remembered.get().requestedAt()))
                      .isPresent();
              if (same) {
                changed.end(orderKey, ended.get(), clock.instant());
                job.remove();
              } else {
                job.reschedule(complete, clock.instant()); // asked for again meanwhile
              }
            });
        jobs.checkNow();
        changes.happened(orderKey);
      };
    }
    RememberedOrder order =
        standing.map(now -> reprioritised(remembered.get(), now)).orElseGet(remembered::get);
    Map<String, LinkedStudy> known =
        store.links(orderKey).stream()
            .collect(Collectors.toMap(LinkedStudy::studyUid, Function.identity()));
    FoundStudies found;
    Map<String, LinkedStudy> absent;
    try {
      found = archives.search(order.order(), lookedInto(order, known));
      absent = absent(found, known);
    } catch (DicomWebException e) {
      return archiveFailed(order, e);
    }
    Instant now = clock.instant();
    if (!found.searchable()) {
      return giveUp(
          order,
          now,
          Set.of(Notice.NO_MAPPED_IDENTIFIER),
          "none of the patient's identifiers is of a system that is mapped to the archive");
    }
    List<LinkedStudy> links = links(order, found, absent, known);
    RememberedOrder next = plan.next(order, found, links, known, shared(orderKey, links), now);
    if (next.over() && next.state() != OrderState.COMPLETE) {
      recordFailure(order, next.reason().orElseThrow(), now);
    }
    return (complete, job) -> {
      transactions.run(() -> finish(complete, job, next, links, found, now));
      jobs.checkNow();
      changes.happened(orderKey);
    };
  }

  /** Quietly: not even that it ends is written anywhere but here. */
  private CompletionHandler<Void> restricted(String orderKey, Restriction restriction) {
    return (complete, job) ->
        transactions.run(
            () -> {
              store.end(orderKey, restriction.sentence(), clock.instant());
              job.remove();
            });
  }

  private RememberedOrder reprioritised(RememberedOrder order, StandingOrder standing) {
    return order.with(
        transactions.call(() -> changed.reprioritise(order.order(), standing, clock.instant())));
  }

  private List<LinkedStudy> links(
      RememberedOrder order,
      FoundStudies found,
      Map<String, LinkedStudy> absent,
      Map<String, LinkedStudy> known) {
    Map<String, LinkedStudy> links = new TreeMap<>(absent);
    for (FoundStudy study : found.studies()) {
      String uid = study.studyUid();
      boolean own = study.radiographs() > 0 && isOwn(order, study, known.get(uid));
      links.put(uid, new LinkedStudy(uid, study.instances(), study.radiographs(), own));
    }
    return List.copyOf(links.values());
  }

  /**
   * Studies with a result that no archive lists at all: their cards stay. One that an archive lists
   * as another patient's is not among them. What an archive that does not answer had stays, too.
   */
  private Map<String, LinkedStudy> absent(FoundStudies found, Map<String, LinkedStudy> known) {
    Map<String, LinkedStudy> absent = new HashMap<>(known);
    found.studies().forEach(study -> absent.remove(study.studyUid()));
    boolean all = found.failure().isEmpty();
    absent.keySet().removeIf(uid -> all && !hasResult(uid) || lists(uid, all));
    return absent;
  }

  private boolean lists(String studyUid, boolean all) {
    try {
      return archives.lists(studyUid);
    } catch (DicomWebException e) {
      if (all) {
        throw e;
      }
      return false;
    }
  }

  private boolean hasResult(String studyUid) {
    return store.analysis(studyUid, models.id()).flatMap(StudyAnalysis::findings).isPresent();
  }

  private boolean isOwn(RememberedOrder order, FoundStudy study, LinkedStudy before) {
    if (before != null
        && before.own()
        && study.numbers().relationTo(order.order().numbers()) != StudyNumbers.Relation.OTHER) {
      return true; // unless a number that came later tells otherwise
    }
    boolean knownBefore =
        store
            .analysis(study.studyUid(), models.id())
            .filter(analysis -> analysis.requestedAt().isBefore(order.createdAt()))
            .isPresent();
    return plan.isOwn(order, study, knownBefore);
  }

  /** Whether a study is taken for another order's too. */
  private boolean shared(String orderKey, List<LinkedStudy> links) {
    return links.stream()
        .filter(LinkedStudy::own)
        .flatMap(link -> store.ordersOf(link.studyUid()).stream())
        .anyMatch(order -> !order.key().equals(orderKey));
  }

  private void finish(
      ExecutionComplete complete,
      ExecutionOperations<Void> job,
      RememberedOrder next,
      List<LinkedStudy> links,
      FoundStudies found,
      Instant now) {
    boolean restricted = privacy.restriction(next).isPresent();
    if (restricted || !store.searched(next)) {
      job.reschedule(complete, now); // asked for again, or forbidden, meanwhile
      return;
    }
    String orderKey = next.order().key();
    Map<String, LinkedStudy> before =
        store.links(orderKey).stream()
            .collect(Collectors.toMap(LinkedStudy::studyUid, Function.identity()));
    store.replaceLinks(orderKey, links);
    Map<String, FoundStudy> studies =
        found.studies().stream()
            .collect(Collectors.toMap(FoundStudy::studyUid, Function.identity()));
    for (LinkedStudy link : links) {
      Optional<LinkedStudy> last = Optional.ofNullable(before.get(link.studyUid()));
      boolean newlyOwn = link.own() && last.filter(LinkedStudy::own).isEmpty();
      if (link.radiographs() > 0 && studies.containsKey(link.studyUid())) {
        requests.requestIfNeeded(next, studies.get(link.studyUid()), link.own(), newlyOwn, now);
      }
      if (last.filter(known -> known.instances() != link.instances()).isPresent()) {
        watch.lookSoon(link.studyUid(), now); // a rejection note is an instance, too
      }
    }
    if (next.state() == OrderState.COMPLETE && next.requestedAt().isAfter(next.createdAt())) {
      failures.close(orderKey, "the order's images came after all", now);
    }
    if (next.state() == OrderState.WAITING) {
      job.reschedule(complete, now.plus(properties.interval(next.polls())));
    } else {
      job.remove();
    }
  }

  /** The studies that need not be looked into again while they stay as they are. */
  private static Map<String, LinkedStudy> lookedInto(
      RememberedOrder order, Map<String, LinkedStudy> known) {
    if (!order.notices().contains(Notice.IMAGES_NOT_DESCRIBED)) {
      return known;
    }
    // Somebody may have described them since, which changes no number.
    Map<String, LinkedStudy> described = new HashMap<>(known);
    described.values().removeIf(study -> study.radiographs() == 0);
    return described;
  }

  private CompletionHandler<Void> archiveFailed(RememberedOrder order, DicomWebException failure) {
    Instant now = clock.instant();
    if (plan.overdue(order, now)) {
      return giveUp(order, now, Set.of(Notice.ARCHIVE_UNAVAILABLE), SearchPlan.unanswered(failure));
    }
    Set<Notice> notices = EnumSet.of(Notice.ARCHIVE_UNAVAILABLE);
    if (order.notices().contains(Notice.IMAGES_NOT_DESCRIBED)) {
      notices.add(Notice.IMAGES_NOT_DESCRIBED); // as far as anybody knows
    }
    store.searched(
        order.searched(now, order.state(), Optional.of(SearchPlan.unanswered(failure)), notices));
    changes.happened(order.order().key());
    throw failure;
  }

  private CompletionHandler<Void> giveUp(
      RememberedOrder order, Instant now, Set<Notice> notices, String reason) {
    recordFailure(order, reason, now);
    RememberedOrder next =
        order.searched(now, SearchPlan.givenUp(order), Optional.of(reason), notices);
    return (complete, job) -> {
      transactions.run(
          () -> {
            if (store.searched(next)) {
              if (notices.contains(Notice.NO_MAPPED_IDENTIFIER)) {
                store.replaceLinks(order.order().key(), List.of()); // nobody says they are theirs
              }
              job.remove();
            } else {
              job.reschedule(complete, now);
            }
          });
      jobs.checkNow();
      changes.happened(order.order().key());
    };
  }

  /** A placed order that is given up must be seen by people. */
  private void recordFailure(RememberedOrder remembered, String reason, Instant now) {
    ImagingOrder order = remembered.order();
    boolean quietly = remembered.endsQuietly() || privacy.restriction(remembered).isPresent();
    LOG.warn("order {} {}: {}", order.key(), quietly ? "expired" : "is given up", reason);
    if (!quietly) {
      failures.write(
          new FailedAnalysis(
              Subjects.of(order, matching.inArchive(order.patient())),
              Subjects.references(List.of(order)),
              Optional.empty(),
              models,
              Urgency.ordered(order.priority()),
              FailedAnalysis.Kind.IMAGES_NEVER_CAME,
              reason,
              now),
          "search for order " + order.key());
    }
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    int failures = complete.getExecution().consecutiveFailures;
    Throwable cause = complete.getCause().orElseThrow();
    meters.failure("search", cause);
    if (gaveUpOverdue(complete, job, cause)) {
      return;
    }
    Duration pause = properties.retry(failures);
    Failures.log(
        LOG, "search for order " + complete.getExecution().getId(), failures + 1, pause, cause);
    job.reschedule(complete, clock.instant().plus(pause));
  }

  /** Whatever it is that fails, an order is not searched for longer than others. */
  private boolean gaveUpOverdue(
      ExecutionComplete complete, ExecutionOperations<Void> job, Throwable cause) {
    Instant now = clock.instant();
    try {
      Optional<RememberedOrder> order =
          store.order(complete.getExecution().getId()).filter(known -> plan.overdue(known, now));
      if (order.isEmpty()) {
        return false;
      }
      String reason = "the search failed until the end: " + Failures.words(cause);
      giveUp(order.get(), now, order.get().notices(), reason).complete(complete, job);
      return true;
    } catch (RuntimeException e) {
      LOG.warn("an overdue order cannot be given up now: {}", Failures.describe(e));
      return false;
    }
  }
}
