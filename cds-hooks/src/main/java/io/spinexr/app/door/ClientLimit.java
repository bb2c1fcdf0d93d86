package io.spinexr.app.door;

import io.spinexr.cds.token.ClientAuthentication;
import io.spinexr.cds.wire.OperationOutcome;
import io.spinexr.cds.wire.Responses;
import jakarta.annotation.Priority;
import jakarta.servlet.ServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** Keeps one authenticated CDS client, from however many addresses, from taking what is for all. */
@Priority(Priorities.AUTHORIZATION)
final class ClientLimit implements ContainerRequestFilter {
  private static final String CLIENT = ClientLimit.class.getName() + ".client";

  private final Callers callers;

  ClientLimit(Callers callers) {
    this.callers = callers;
  }

  /** Who was let in by the request, and has to leave when it is served. */
  static Optional<String> client(ServletRequest request) {
    return Optional.ofNullable((String) request.getAttribute(CLIENT));
  }

  @Override
  public void filter(ContainerRequestContext request) {
    ClientAuthentication.client(request)
        .map(client -> "client " + client.name())
        .ifPresent(client -> enter(client, request));
  }

  private void enter(String client, ContainerRequestContext request) {
    Optional<Refusal> refusal = callers.enter(client);
    if (refusal.isEmpty()) {
      request.setProperty(CLIENT, client);
      return;
    }
    Response.ResponseBuilder answer =
        Response.fromResponse(
            Responses.json(
                refusal.get().status(),
                OperationOutcome.of(refusal.get().code(), refusal.get().sentence())));
    refusal.get().headers().forEach(answer::header);
    request.abortWith(answer.build());
  }
}
