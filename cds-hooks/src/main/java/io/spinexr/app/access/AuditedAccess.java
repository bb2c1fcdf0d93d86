package io.spinexr.app.access;

import io.spinexr.access.AccessEvent;
import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.access.AccessEvents;
import io.spinexr.access.Permission;
import io.spinexr.access.Person;
import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.audit.Unrecorded;
import java.util.Optional;
import java.util.Set;

/**
 * Writes down who was let in to patients' data and who was not, before the request goes on. What is
 * allowed and cannot be written down is not done.
 */
final class AuditedAccess implements AccessEvents {
  private static final Set<Permission> WITHOUT_PATIENTS =
      Set.of(Permission.STYLE, Permission.HEALTH, Permission.STATUS);

  private final AccessEvents log;
  private final AuditTrail trail;

  AuditedAccess(AccessEvents log, AuditTrail trail) {
    this.log = log;
    this.trail = trail;
  }

  @Override
  public void happened(AccessEvent event) {
    log.happened(event);
    if (event.kind() == Kind.REQUEST && !isAboutPatients(event.what())) {
      return;
    }
    Action action =
        event.kind() == Kind.REQUEST ? Action.of(event.what().split(" ", 2)[0]) : Action.EXECUTE;
    AuditedAct act =
        new AuditedAct(
            action,
            event.person().map(Person::by).orElse("nobody signed in"),
            Optional.empty(),
            event.kind() == Kind.REQUEST
                ? event.what()
                : "%s %s: %s".formatted(event.kind(), event.what(), event.why()),
            "",
            event.allowed());
    if (event.allowed() && event.kind() != Kind.SIGN_IN && event.kind() != Kind.SIGN_OUT) {
      trail.record(act);
    } else {
      Unrecorded.logged(() -> trail.record(act));
    }
  }

  private static boolean isAboutPatients(String request) {
    String[] parts = request.split(" ", 2);
    return Permission.of(parts[0], parts[1])
        .filter(permission -> !WITHOUT_PATIENTS.contains(permission))
        .isPresent();
  }
}
