package io.spinexr.app.audit;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditUnavailableException;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.fhir.access.Grant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes down each request to {@code /fhir} after it was allowed and before it is done, and each
 * that was refused for want of a token or a scope.
 */
@Interceptor
public final class AuditedFhir {
  private static final int LAST = 1_000_000;
  private static final Set<Integer> REFUSED = Set.of(401, 403);

  private final AuditTrail trail;

  public AuditedFhir(AuditTrail trail) {
    this.trail = trail;
  }

  /** Of an answer that is not recorded nobody hears: 503. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED, order = LAST)
  public void before(RequestDetails request) {
    if (request.getRestOperationType() != RestOperationTypeEnum.METADATA) {
      try {
        trail.record(act(request, true));
      } catch (AuditUnavailableException e) {
        throw new UnclassifiedServerFailureException(503, AuditUnavailableException.SENTENCE);
      }
    }
  }

  /** Refused is refused, also when that cannot be written down. */
  @Hook(Pointcut.SERVER_HANDLE_EXCEPTION)
  public boolean refused(RequestDetails request, BaseServerResponseException failure) {
    if (REFUSED.contains(failure.getStatusCode())) {
      trail.begin(act(request, false));
    }
    return true;
  }

  private static AuditedAct act(RequestDetails request, boolean allowed) {
    Optional<Grant> grant = Grant.of(request);
    String agent =
        grant
            .map(
                one ->
                    String.join(
                        " ",
                        Stream.of(one.fhirUser(), one.subject(), one.client())
                            .flatMap(Optional::stream)
                            .distinct()
                            .toList()))
            .orElse("nobody signed in");
    String path = Optional.ofNullable(request.getRequestPath()).orElse("");
    String query = request.getCompleteUrl() == null ? "" : query(request.getCompleteUrl());
    return new AuditedAct(
        action(request), agent, patient(request, grant), "/fhir/" + path, query, allowed);
  }

  private static String query(String url) {
    int start = url.indexOf('?');
    return start < 0 ? "" : url.substring(start + 1);
  }

  private static Action action(RequestDetails request) {
    RestOperationTypeEnum type = request.getRestOperationType();
    if (type == null) {
      return request.getRequestType() == null
          ? Action.EXECUTE
          : Action.of(request.getRequestType().name());
    }
    return switch (type) {
      case READ, VREAD, HISTORY_INSTANCE, HISTORY_TYPE, HISTORY_SYSTEM -> Action.READ;
      case SEARCH_TYPE, SEARCH_SYSTEM, GET_PAGE -> Action.SEARCH;
      case CREATE -> Action.CREATE;
      case UPDATE, PATCH -> Action.UPDATE;
      case DELETE -> Action.DELETE;
      default -> Action.EXECUTE;
    };
  }

  /** As the address says it, else as the token does. */
  private static Optional<String> patient(RequestDetails request, Optional<Grant> grant) {
    if ("Patient".equals(request.getResourceName())
        && request.getId() != null
        && request.getId().hasIdPart()) {
      return Optional.of("Patient/" + request.getId().getIdPart());
    }
    return Stream.of("patient", "subject")
        .map(request.getParameters()::get)
        .filter(values -> values != null && values.length > 0)
        .map(values -> values[0].startsWith("Patient/") ? values[0] : "Patient/" + values[0])
        .findFirst()
        .or(
            () ->
                grant
                    .filter(one -> one.patients().size() == 1)
                    .map(one -> "Patient/" + one.patients().iterator().next()));
  }
}
