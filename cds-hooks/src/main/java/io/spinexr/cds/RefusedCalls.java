package io.spinexr.cds;

import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.util.Optional;
import java.util.Set;

/** Writes down calls of clients that could not prove who they are. */
final class RefusedCalls implements ContainerResponseFilter {
  private static final Set<Integer> REFUSED = Set.of(401, 403);

  private final AuditTrail audit;

  RefusedCalls(AuditTrail audit) {
    this.audit = audit;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    String path = request.getUriInfo().getPath();
    if (REFUSED.contains(response.getStatus()) && path.startsWith("cds-services")) {
      audit.begin(
          new AuditedAct(
              Action.EXECUTE, "unknown client", Optional.empty(), "/" + path, "", false));
    }
  }
}
