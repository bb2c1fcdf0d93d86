package io.spinexr.service;

import io.spinexr.job.Jobs;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.PatientIdentity;
import io.spinexr.search.OrderChanges;
import io.spinexr.search.SearchJob;
import io.spinexr.search.SearchProperties;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.store.OrderStore;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps orders as they are asked for, and has their images searched. */
final class OrderMemory {
  private final OrderStore store;
  private final OrderChanges changes;
  private final SearchProperties properties;
  private final Work work;

  OrderMemory(OrderStore store, OrderChanges changes, SearchProperties properties, Work work) {
    this.store = store;
    this.changes = changes;
    this.properties = properties;
    this.work = work;
  }

  /** An order without an id has the key of the same one before, if there was one. */
  Optional<String> key(ImagingOrder order) {
    return order.named()
        ? Optional.of(order.key())
        : store
            .unnamed(order, work.now().minus(properties.sameDraftWithin()))
            .map(id -> order.withId(id).key());
  }

  /** Whether what is known answers the order as it is asked for now. */
  boolean holds(RememberedOrder known, ImagingOrder asked) {
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
  String remember(ImagingOrder asked) {
    return work.call(
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
      changes.refreshOwn(order.key(), now);
    }
  }

  /** Tells what the EHR does not want any more. */
  void end(OrderEnd end) {
    String key = end.key();
    work.run(
        () -> {
          changes.end(key, end.reason(), work.now());
          work.changed(key);
        });
  }
}
