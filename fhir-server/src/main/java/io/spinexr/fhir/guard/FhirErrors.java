package io.spinexr.fhir.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors of {@code /fhir}: a client learns what was wrong with its request, but nothing of our
 * insides; the log learns our insides, but nothing of the request, whose URL and message may name a
 * patient.
 */
@Interceptor
public final class FhirErrors {
  private static final Logger LOG = LoggerFactory.getLogger(FhirErrors.class);

  /** Gives every exception the OperationOutcome that the client gets. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException outcome(RequestDetails request, Throwable error) {
    if (error instanceof DataFormatException) {
      return outcome(request, new InvalidRequestException(error.getMessage()));
    }
    if (error instanceof ResourceVersionConflictException && IfMatch.lost(request)) {
      return outcome(request, new PreconditionFailedException(error.getMessage()));
    }
    if (error instanceof BaseServerResponseException known && known.getStatusCode() < 500) {
      return outcome(request, known);
    }
    LOG.error("FHIR request {} failed: {}", request.getRequestId(), anonymous(error));
    return outcome(
        request,
        new InternalErrorException(
            "The server failed. Its log names the cause under request %s."
                .formatted(request.getRequestId())));
  }

  private static BaseServerResponseException outcome(
      RequestDetails request, BaseServerResponseException error) {
    LOG.debug("FHIR request {} gets {}", request.getRequestId(), error.getStatusCode());
    if (error.getOperationOutcome() == null) {
      OperationOutcome outcome = new OperationOutcome();
      Stream.concat(Stream.of(error.getMessage()), additional(error))
          .forEach(
              message ->
                  outcome
                      .addIssue()
                      .setSeverity(IssueSeverity.ERROR)
                      .setCode(IssueType.PROCESSING)
                      .setDiagnostics(message));
      error.setOperationOutcome(outcome);
    }
    return error;
  }

  private static Stream<String> additional(BaseServerResponseException error) {
    return error.getAdditionalMessages() == null
        ? Stream.empty()
        : error.getAdditionalMessages().stream();
  }

  /** Classes and places of an error and its causes, without their messages. */
  private static String anonymous(Throwable error) {
    return ExceptionUtils.getThrowableList(error).stream()
        .map(
            cause ->
                cause.getClass().getName()
                    + Stream.of(cause.getStackTrace())
                        .limit(5)
                        .map(frame -> " at " + frame)
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("; caused by "));
  }
}
