package io.spinexr.search;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import io.spinexr.archive.Archives;
import io.spinexr.archive.FoundStudies;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.fhir.StandingOrder;
import io.spinexr.job.Deaths;
import io.spinexr.job.Failures;
import io.spinexr.job.StoppingException;
import io.spinexr.job.Work;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.Restriction;
import io.spinexr.outcome.GivenUpOrders;
import io.spinexr.outcome.PatientPrivacy;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.store.OrderStore;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable job of an order: asks the archive for the patient's images, sees to it that they are
 * analysed, and comes back until the order's own images are there or the order is given up. One per
 * order; its instance is named by the order's key.
 */
public final class SearchJob {
  public static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("search");
  private static final Logger LOG = LoggerFactory.getLogger(SearchJob.class);

  private final OrderStore orders;
  private final Archives archives;
  private final PatientPrivacy privacy;
  private final OrderStudies studies;
  private final OrderChanges changed;
  private final GivenUpOrders givenUp;
  private final SearchPlan plan;
  private final Work work;

  public SearchJob(
      OrderStore orders,
      Archives archives,
      PatientPrivacy privacy,
      OrderStudies studies,
      OrderChanges changed,
      GivenUpOrders givenUp,
      SearchPlan plan,
      Work work) {
    this.orders = orders;
    this.archives = archives;
    this.privacy = privacy;
    this.studies = studies;
    this.changed = changed;
    this.givenUp = givenUp;
    this.plan = plan;
    this.work = work;
  }

  public Task<Void> task() {
    return work.jobs().deaths().task(DESCRIPTOR, Deaths.MOST_OF_OTHERS, this::failed, this::run);
  }

  /**
   * @param fatal why it is not tried any more
   */
  private CompletionHandler<Void> run(String orderKey, Optional<String> fatal) {
    Optional<RememberedOrder> remembered = orders.order(orderKey);
    if (remembered.isEmpty() || remembered.get().state() == OrderState.ENDED) {
      return (complete, job) -> job.remove();
    }
    Optional<Restriction> restriction = privacy.restriction(remembered.get());
    if (restriction.isPresent()) {
      return restricted(orderKey, restriction.get());
    }
    if (fatal.isPresent()) {
      return giveUp(
          remembered.get(),
          work.now(),
          remembered.get().notices(),
          "the search failed: " + fatal.get());
    }
    Optional<StandingOrder> standing = changed.read(remembered.get().order());
    Optional<OrderEnd.Reason> ended = standing.flatMap(OrderChanges::end);
    if (ended.isPresent()) {
      return (complete, job) -> {
        work.run(
            () -> {
              boolean same =
                  orders
                      .orderToChange(orderKey)
                      .filter(now -> now.requestedAt().equals(remembered.get().requestedAt()))
                      .isPresent();
              if (same) {
                changed.end(orderKey, ended.get(), work.now());
                work.changed(orderKey);
                job.remove();
              } else {
                job.reschedule(complete, work.now()); // asked for again meanwhile
              }
            });
      };
    }
    RememberedOrder order =
        standing.map(now -> reprioritised(remembered.get(), now)).orElseGet(remembered::get);
    Map<String, LinkedStudy> known = studies.known(orderKey);
    work.audit(
        Action.SEARCH, Optional.of(order.order()), "studies in the archives for order " + orderKey);
    FoundStudies found;
    Map<String, LinkedStudy> absent;
    try {
      found = archives.search(order.order(), lookedInto(order, known));
      absent = studies.absent(found, known);
    } catch (DicomWebException e) {
      StoppingException.throwIfAsked();
      return archiveFailed(order, e);
    }
    StoppingException.throwIfAsked(); // one of several archives may not have been asked
    Instant now = work.now();
    if (!found.searchable()) {
      return giveUp(
          order,
          now,
          Set.of(Notice.NO_MAPPED_IDENTIFIER),
          "none of the patient's identifiers is of a system that is mapped to the archive");
    }
    List<LinkedStudy> links = studies.links(order, found, absent, known);
    RememberedOrder next =
        plan.next(order, found, links, known, studies.shared(orderKey, links), now);
    if (next.over() && next.state() != OrderState.COMPLETE) {
      givenUp.tell(order, next.reason().orElseThrow(), now);
    }
    return (complete, job) -> {
      work.run(() -> finish(complete, job, next, links, found, now));
    };
  }

  /** Quietly: not even that it ends is written anywhere but here. */
  private CompletionHandler<Void> restricted(String orderKey, Restriction restriction) {
    return (complete, job) ->
        work.run(
            () -> {
              orders.end(orderKey, restriction.sentence(), work.now());
              work.changed(orderKey);
              job.remove();
            });
  }

  private RememberedOrder reprioritised(RememberedOrder order, StandingOrder standing) {
    return order.with(work.call(() -> changed.reprioritise(order.order(), standing, work.now())));
  }

  private void finish(
      ExecutionComplete complete,
      ExecutionOperations<Void> job,
      RememberedOrder next,
      List<LinkedStudy> links,
      FoundStudies found,
      Instant now) {
    boolean restricted = privacy.restriction(next).isPresent();
    if (restricted || !orders.searched(next)) {
      job.reschedule(complete, now); // asked for again, or forbidden, meanwhile
      return;
    }
    studies.keep(next, links, found, now);
    work.changed(next.order().key());
    if (next.state() == OrderState.COMPLETE && next.requestedAt().isAfter(next.createdAt())) {
      givenUp.close(next, "the order's images came after all", now);
    }
    if (next.state() == OrderState.WAITING) {
      job.reschedule(complete, plan.again(next, now));
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
    Instant now = work.now();
    if (plan.overdue(order, now)) {
      return giveUp(order, now, Set.of(Notice.ARCHIVE_UNAVAILABLE), SearchPlan.unanswered(failure));
    }
    Set<Notice> notices = EnumSet.of(Notice.ARCHIVE_UNAVAILABLE);
    if (order.notices().contains(Notice.IMAGES_NOT_DESCRIBED)) {
      notices.add(Notice.IMAGES_NOT_DESCRIBED); // as far as anybody knows
    }
    RememberedOrder next =
        order.searched(now, order.state(), Optional.of(SearchPlan.unanswered(failure)), notices);
    work.run(
        () -> {
          orders.searched(next);
          work.changed(order.order().key());
        });
    throw failure;
  }

  private CompletionHandler<Void> giveUp(
      RememberedOrder order, Instant now, Set<Notice> notices, String reason) {
    givenUp.tell(order, reason, now);
    RememberedOrder next =
        order.searched(now, SearchPlan.givenUp(order), Optional.of(reason), notices);
    return (complete, job) -> {
      work.run(
          () -> {
            if (orders.searched(next)) {
              work.changed(order.order().key());
              if (notices.contains(Notice.NO_MAPPED_IDENTIFIER)) {
                orders.replaceLinks(order.order().key(), List.of()); // nobody says they are theirs
              }
              job.remove();
            } else {
              job.reschedule(complete, now);
            }
          });
    };
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    int failures = complete.getExecution().consecutiveFailures;
    Throwable cause = complete.getCause().orElseThrow();
    work.meters().failure("search", cause);
    if (gaveUpOverdue(complete, job, cause)) {
      return;
    }
    Duration pause = plan.retry(failures);
    Failures.log(
        LOG, "search for order " + complete.getExecution().getId(), failures + 1, pause, cause);
    job.reschedule(complete, work.now().plus(pause));
  }

  /** Whatever it is that fails, an order is not searched for longer than others. */
  private boolean gaveUpOverdue(
      ExecutionComplete complete, ExecutionOperations<Void> job, Throwable cause) {
    Instant now = work.now();
    try {
      Optional<RememberedOrder> order =
          orders.order(complete.getExecution().getId()).filter(known -> plan.overdue(known, now));
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
