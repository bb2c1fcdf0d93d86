package io.spinexr.retention;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import io.spinexr.audit.AuditExpiry;
import io.spinexr.fhir.server.RecordRemoval;
import io.spinexr.job.Deaths;
import io.spinexr.job.StoppingException;
import io.spinexr.job.Work;
import io.spinexr.retention.RetentionStore.Ended;
import io.spinexr.retention.RetentionStore.Result;
import io.spinexr.retention.RetentionStore.Times;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable job that removes every night what has been kept long enough: one on all nodes, in
 * small parts, each of which stays done if the next one fails.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of("retention");
  private static final int AT_A_TIME = 100;

  private final RetentionProperties properties;
  private final RetentionStore store;
  private final RecordRemoval record;
  private final Optional<AuditExpiry> audit;
  private final Work work;

  /**
   * @param record of our own FHIR server
   * @param audit empty if it is kept for ever
   */
  public Retention(
      RetentionProperties properties,
      DataSource dataSource,
      RecordRemoval record,
      Optional<AuditExpiry> audit,
      Work work) {
    this.properties = properties;
    this.store = new RetentionStore(dataSource, AT_A_TIME);
    this.record = record;
    this.audit = audit;
    this.work = work;
  }

  /** Lets one node remove what has ended, from the next night on. */
  public void begin() {
    work.jobs().orders().scheduleIfNotExists(DESCRIPTOR.instance("nightly").build(), nextNight());
  }

  private Instant nextNight() {
    ZonedDateTime now = work.now().atZone(work.clock().getZone());
    ZonedDateTime today = now.toLocalDate().atTime(properties.hour(), 0).atZone(now.getZone());
    return (today.isAfter(now) ? today : today.plusDays(1)).toInstant();
  }

  public Task<Void> task() {
    return work.jobs()
        .deaths()
        .task(DESCRIPTOR, Deaths.MOST_OF_OTHERS, this::failed, (id, fatal) -> run(fatal));
  }

  private CompletionHandler<Void> run(Optional<String> fatal) {
    if (fatal.isPresent()) {
      LOG.error("what has ended stays until the next night: {}", fatal.get());
    } else {
      removeAll();
    }
    return (complete, job) -> job.reschedule(complete, nextNight());
  }

  /** Everything that has ended by now. */
  void removeAll() {
    Map<String, Integer> removed = new LinkedHashMap<>();
    try {
      parts()
          .forEach(
              (kind, part) -> {
                for (int some = part.getAsInt(); some > 0; some = part.getAsInt()) {
                  removed.merge(kind, some, Integer::sum);
                  work.meters().removed(kind, some);
                  StoppingException.throwIfAsked();
                }
              });
      removeResources(removed);
    } finally {
      LOG.info(
          "what has ended is removed: {}",
          removed.isEmpty()
              ? "nothing"
              : removed.entrySet().stream()
                  .map(kind -> kind.getValue() + " " + kind.getKey())
                  .collect(Collectors.joining(", ")));
    }
  }

  /**
   * By kind, what removes some and tells how many. Feedback is before cards, orders after results.
   */
  private Map<String, IntSupplier> parts() {
    Instant now = work.now();
    Instant linked = now.minus(RetentionProperties.LINK);
    Map<String, IntSupplier> parts = new LinkedHashMap<>();
    parts.put("tokens", () -> store.tokens(now));
    parts.put("links", () -> store.links(linked));
    parts.put("grants", () -> store.grants(now));
    properties
        .emergencies()
        .ifPresent(life -> parts.put("emergencies", () -> store.emergencies(now.minus(life))));
    parts.put("feedback", () -> store.feedback(now.minus(properties.feedback())));
    parts.put("cards", () -> store.cards(now.minus(properties.cards())));
    properties
        .results()
        .map(life -> new Times(now.minus(life), linked, now))
        .ifPresent(times -> parts.put("results", () -> results(times)));
    Times orders = new Times(now.minus(properties.orders()), linked, now);
    parts.put("orders", () -> orders(orders));
    parts.put("statements", () -> store.statements(orders.before()));
    parts.put(
        "pictures",
        () -> record.removeSupersededPictures(now.minus(properties.pictures()), AT_A_TIME));
    audit.ifPresent(expiry -> parts.put("audit entries", () -> expiry.expire(now)));
    return parts;
  }

  private int results(Times times) {
    int ended = 0;
    for (Result result : store.results(times)) {
      List<String> resources = record.ofResult(result.studyUid(), result.modelSet());
      ended +=
          work.call(() -> end(store.endResult(result, times), result.key(), resources)) ? 1 : 0;
    }
    return ended;
  }

  private int orders(Times times) {
    int ended = 0;
    for (String order : store.orders(times)) {
      List<String> resources = record.ofOrder(order);
      ended += work.call(() -> end(store.endOrder(order, times), order, resources)) ? 1 : 0;
    }
    return ended;
  }

  /** What is left on the FHIR server is written down in the transaction that ends its owner. */
  private boolean end(boolean ended, String owner, List<String> resources) {
    if (ended) {
      store.keep(owner, resources);
    }
    return ended;
  }

  /** One that cannot be removed now does not keep the others. */
  private void removeResources(Map<String, Integer> removed) {
    Optional<RuntimeException> failure = Optional.empty();
    List<Ended> some = store.resourcesAfter(Ended.NONE);
    while (!some.isEmpty()) {
      for (Ended resource : some) {
        StoppingException.throwIfAsked();
        try {
          if (!store.isBack(resource) && record.remove(resource.address())) {
            removed.merge("resources", 1, Integer::sum);
            work.meters().removed("resources", 1);
          }
          store.removed(resource);
        } catch (RuntimeException e) {
          failure = Optional.of(e);
        }
      }
      some = store.resourcesAfter(some.get(some.size() - 1));
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private void failed(ExecutionComplete complete, ExecutionOperations<Void> job) {
    work.again(LOG, "the removal of what has ended", complete, job);
  }
}
