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
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
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

  /** Databases quote statements, and the values in them. */
  private static final Pattern OF_DATABASE =
      Pattern.compile("could not execute|\\bSQL\\b|JDBC|constraint \\[");

  private static final Pattern PLACE =
      Pattern.compile(
          "DataFormatException at \\[\\[row,col \\{unknown-source}]: \\[(\\d+),(\\d+)]]: ");

  private static final Pattern VALUE =
      Pattern.compile("(Invalid [a-z/ ]*(?:value|format)):? \".*", Pattern.DOTALL);

  /** Gives every exception the OperationOutcome that the client gets. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException outcome(RequestDetails request, Throwable error) {
    if (error instanceof DataFormatException) {
      return outcome(request, new InvalidRequestException(unquoted(error.getMessage())));
    }
    if (error instanceof BaseServerResponseException known && known.getStatusCode() < 500) {
      BaseServerResponseException told = ofDatabase(known) ? retold(request, known) : bare(known);
      return outcome(
          request,
          told instanceof ResourceVersionConflictException && IfMatch.lost(request)
              ? new PreconditionFailedException(told.getMessage())
              : told);
    }
    if (error instanceof UnclassifiedServerFailureException known && known.getStatusCode() == 503) {
      return outcome(request, known);
    }
    if (DatabaseOutage.caused(error)) {
      LOG.error("FHIR request {} failed: the database does not answer", request.getRequestId());
      return outcome(request, new UnclassifiedServerFailureException(503, DatabaseOutage.SENTENCE));
    }
    LOG.error("FHIR request {} failed: {}", request.getRequestId(), anonymous(error));
    return outcome(request, new InternalErrorException(failed(request)));
  }

  /** In a batch each entry fails by itself: what it says, no exception tells. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void entries(RequestDetails request, IBaseResource answer) {
    if (answer instanceof Bundle bundle && bundle.getType() == BundleType.BATCHRESPONSE) {
      for (BundleEntryComponent entry : bundle.getEntry()) {
        if (entry.getResponse().getOutcome() instanceof OperationOutcome outcome) {
          boolean ours = String.valueOf(entry.getResponse().getStatus()).startsWith("5");
          outcome.getIssue().stream()
              .filter(issue -> ours || ofDatabase(issue.getDiagnostics()))
              .forEach(issue -> issue.setDiagnostics(failed(request)));
        }
      }
    }
  }

  /** Without the value that a parser of HAPI could not read, which may be anything of a patient. */
  private static BaseServerResponseException bare(BaseServerResponseException error) {
    String message = unquoted(error.getMessage());
    return message.equals(error.getMessage())
        ? error
        : BaseServerResponseException.newInstance(error.getStatusCode(), message);
  }

  private static String unquoted(@Nullable String message) {
    return VALUE
        .matcher(PLACE.matcher(String.valueOf(message)).replaceFirst("line $1, column $2: "))
        .replaceFirst("$1");
  }

  private static String failed(RequestDetails request) {
    return "The server failed. Its log names the cause under request %s."
        .formatted(request.getRequestId());
  }

  private static boolean ofDatabase(BaseServerResponseException error) {
    return ofDatabase(error.getMessage())
        || ExceptionUtils.indexOfType(error, SQLException.class) >= 0;
  }

  private static boolean ofDatabase(@Nullable String message) {
    return message != null && OF_DATABASE.matcher(message).find();
  }

  /** The same status in our words. */
  private static BaseServerResponseException retold(
      RequestDetails request, BaseServerResponseException error) {
    LOG.warn(
        "FHIR request {} was refused by the database: {}",
        request.getRequestId(),
        anonymous(error));
    return BaseServerResponseException.newInstance(
        error.getStatusCode(),
        error instanceof ResourceVersionConflictException
            ? "Two writes met in the database: read the resource again and repeat the request"
            : "The database does not take a value of this request");
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
