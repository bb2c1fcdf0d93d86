package io.spinexr.app.access;

import io.spinexr.access.AccessEvent;
import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.access.AccessEvents;
import io.spinexr.access.Page;
import io.spinexr.access.Permission;
import io.spinexr.access.Person;
import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.store.OrderStore;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes down who was let in to patients' data and who was not, before the request goes on. What is
 * allowed and cannot be written down is not done.
 */
final class AuditedAccess implements AccessEvents {
  private static final Set<Permission> WITHOUT_PATIENTS =
      Set.of(Permission.STYLE, Permission.HEALTH, Permission.LAUNCH, Permission.STATUS);

  private final AccessEvents log;
  private final AuditTrail trail;
  private final OrderStore orders;

  AuditedAccess(AccessEvents log, AuditTrail trail, OrderStore orders) {
    this.log = log;
    this.trail = trail;
    this.orders = orders;
  }

  @Override
  public void happened(AccessEvent event) {
    log.happened(event);
    if (event.kind() == Kind.REQUEST && !isAboutPatients(event.what())) {
      return;
    }
    boolean request = event.kind() == Kind.REQUEST;
    String[] parts = event.what().split(" ", 2);
    Action action = request ? Action.of(parts[0]) : Action.EXECUTE;
    AuditedAct act =
        new AuditedAct(
            action,
            event.person().map(Person::by).orElse("nobody signed in"),
            event.allowed() ? patient(event, request ? parts[1] : event.what()) : Optional.empty(),
            request ? event.what() : "%s %s: %s".formatted(event.kind(), event.what(), event.why()),
            "",
            event.allowed());
    if (event.allowed() && event.kind() != Kind.SIGN_IN && event.kind() != Kind.SIGN_OUT) {
      trail.record(act);
    } else {
      trail.begin(act);
    }
  }

  /**
   * Whose page it is, by the orders that know; empty of a page about nobody, or many. What
   * administrators do to a study has its path, too, below theirs.
   */
  private Optional<String> patient(AccessEvent event, String path) {
    if (event.kind() == Kind.LAUNCH) {
      return Optional.of(event.why());
    }
    return Page.at(path.replaceFirst("^/admin", "")).stream()
        .flatMap(
            page ->
                switch (page.kind()) {
                  case STUDY -> orders.ordersLinkedTo(page.id()).stream();
                  case ORDER -> Stream.of(page.id());
                  case PATIENT -> orders.keysOfChart(page.id(), 1).stream();
                })
        .flatMap(key -> orders.order(key).stream())
        .map(order -> order.order().patientReference())
        .findFirst();
  }

  private static boolean isAboutPatients(String request) {
    String[] parts = request.split(" ", 2);
    return Permission.of(parts[0], parts[1])
        .filter(permission -> !WITHOUT_PATIENTS.contains(permission))
        .isPresent();
  }
}
