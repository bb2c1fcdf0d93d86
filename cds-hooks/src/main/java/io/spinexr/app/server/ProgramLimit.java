package io.spinexr.app.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import io.spinexr.app.door.Callers;
import io.spinexr.app.door.Refusal;
import io.spinexr.fhir.access.Grant;
import java.util.Optional;

/** Keeps one program at {@code /fhir}, from however many addresses, from taking what is for all. */
@Interceptor
public final class ProgramLimit {
  private static final String PROGRAM = ProgramLimit.class.getName();

  private final Callers callers;

  ProgramLimit(Callers callers) {
    this.callers = callers;
  }

  /** After its token was read. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void enter(RequestDetails request) {
    Optional<String> program = Grant.of(request).map(ProgramLimit::name);
    if (program.isPresent()) {
      Optional<Refusal> refusal = callers.enter(program.get());
      if (refusal.isPresent()) {
        throw tooMany(refusal.get());
      }
      request.getUserData().put(PROGRAM, program.get());
    }
  }

  private static BaseServerResponseException tooMany(Refusal refusal) {
    BaseServerResponseException told =
        new UnclassifiedServerFailureException(refusal.status(), refusal.sentence());
    refusal.headers().forEach(told::addResponseHeader);
    return told;
  }

  @Hook(Pointcut.SERVER_PROCESSING_COMPLETED)
  public void leave(RequestDetails request) {
    if (request.getUserData().remove(PROGRAM) instanceof String program) {
      callers.leave(program);
    }
  }

  /** A client, else whoever the token speaks of. */
  private static String name(Grant grant) {
    return "program %s %s".formatted(grant.issuer(), grant.client().or(grant::subject).orElse(""));
  }
}
