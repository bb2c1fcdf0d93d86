package io.spinexr.outcome;

import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.PatientHash;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.PrivacyStatement.Basis;
import io.spinexr.order.Restriction;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.store.OrderStore;
import io.spinexr.store.PrivacyStore;
import io.spinexr.store.PrivacyStore.Entry;
import io.spinexr.store.Transactions;
import io.spinexr.study.PatientIdentifier;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Patients whose record is confidential, and those who opted out of AI. Nothing is searched,
 * computed, written or shown for them, from the moment that it is known; what is in the chart stays
 * there. Patients are known by hashed identifiers only.
 */
public final class PatientPrivacy {
  private static final String EHR = "the EHR";

  private final PrivacyStore restrictions;
  private final OrderStore orders;
  private final PatientMatching matching;
  private final Transactions transactions;
  private final Clock clock;

  public PatientPrivacy(
      PrivacyStore restrictions,
      OrderStore orders,
      PatientMatching matching,
      Transactions transactions,
      Clock clock) {
    this.restrictions = restrictions;
    this.orders = orders;
    this.matching = matching;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** What is in the way of doing anything for a patient. */
  public Optional<Restriction> restriction(PatientIdentity patient) {
    return gravest(restrictions.inForce(PatientHash.all(patient)));
  }

  /**
   * The same for a patient who is known by one identifier.
   *
   * @param subject its hash
   */
  Optional<Restriction> restriction(String subject) {
    return gravest(restrictions.inForce(Set.of(subject)));
  }

  /** The same for an order, which may be confidential itself. */
  public Optional<Restriction> restriction(RememberedOrder order) {
    boolean confidential =
        order.state() == OrderState.ENDED
            && order.reason().equals(Optional.of(OrderEnd.Reason.CONFIDENTIAL.sentence()));
    return confidential
        ? Optional.of(Restriction.CONFIDENTIAL)
        : restriction(order.order().patient());
  }

  /**
   * Remembers what a call says of its patient.
   *
   * @return what is in the way now
   */
  public Optional<Restriction> stated(PatientIdentity patient, List<PrivacyStatement> statements) {
    // The mapped identifiers alone say who is meant: others may be of several people.
    Set<String> mapped =
        matching.inArchive(patient).stream()
            .map(ArchivePatient::hash)
            .collect(Collectors.toUnmodifiableSet());
    for (PrivacyStatement statement : statements) {
      List<Entry> known =
          restrictions.inForce(mapped).stream()
              .filter(entry -> entry.basis() == statement.basis())
              .toList();
      if (statement.restriction().isPresent()) {
        Restriction restriction = statement.restriction().get();
        boolean news =
            known.stream().filter(entry -> entry.restriction() == restriction).count()
                < mapped.size();
        if (news) {
          transactions.run(
              () -> restrict(mapped, statement.basis(), restriction, Optional.empty(), EHR));
        }
      } else if (statement.trusted() && !known.isEmpty()) {
        transactions.run(() -> end(mapped, Set.of(statement.basis()), EHR));
      }
    }
    return statements.stream()
        .flatMap(statement -> statement.restriction().stream())
        .min(Comparator.naturalOrder())
        .or(() -> restriction(patient));
  }

  /**
   * A patient does not want AI, whatever the EHR says.
   *
   * @param reason a clause without personal data
   * @param by who decided it
   * @throws IllegalArgumentException if reason or name are blank or too long
   */
  public void optOut(PatientIdentifier patient, String reason, String by) {
    Withdrawals.requireText("reason", reason, 500);
    Withdrawals.requireText("person", by, 200);
    Set<String> subject = Set.of(PatientHash.of(patient.system(), patient.value()));
    transactions.run(
        () -> restrict(subject, Basis.LIST, Restriction.OPTED_OUT, Optional.of(reason), by));
  }

  /**
   * Ends whatever is known to be in the way, told by a person or by the EHR; what the EHR says
   * again counts again.
   *
   * @return whether anything was
   * @throws IllegalArgumentException if the name is blank or too long
   */
  public boolean optIn(PatientIdentifier patient, String by) {
    Withdrawals.requireText("person", by, 200);
    Set<String> subject = Set.of(PatientHash.of(patient.system(), patient.value()));
    return transactions.call(
        () -> {
          boolean restricted = !restrictions.inForce(restrictions.family(subject)).isEmpty();
          end(subject, Set.of(Basis.values()), by);
          return restricted;
        });
  }

  /** Two identifiers are one person's: what restricts one restricts both. In a transaction. */
  public void merged(String retired, String surviving) {
    Set<String> family = restrictions.family(Set.of(retired, surviving));
    for (Entry entry : restrictions.inForce(family)) {
      restrict(family, entry.basis(), entry.restriction(), entry.reason(), entry.by());
    }
  }

  /** Orders that still wait for images end with it. */
  private void restrict(
      Collection<String> subjects,
      Basis basis,
      Restriction restriction,
      Optional<String> reason,
      String by) {
    Instant now = clock.instant();
    for (String subject : restrictions.family(subjects)) {
      restrictions.restrict(new Entry(subject, basis, restriction, reason, by), now);
      for (ImagingOrder order : orders.ordersOfPatient(subject)) {
        if (orders.orderToChange(order.key()).filter(known -> !known.over()).isPresent()) {
          orders.end(order.key(), restriction.sentence(), now);
        }
      }
    }
  }

  private void end(Collection<String> subjects, Set<Basis> bases, String by) {
    Instant now = clock.instant();
    for (String subject : restrictions.family(subjects)) {
      bases.forEach(basis -> restrictions.end(subject, basis, by, now));
    }
  }

  private static Optional<Restriction> gravest(List<Entry> entries) {
    return entries.stream().map(Entry::restriction).min(Comparator.naturalOrder());
  }
}
