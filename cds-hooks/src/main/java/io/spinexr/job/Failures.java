package io.spinexr.job;

import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.audit.AuditUnavailableException;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.inference.folder.ModelException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.slf4j.Logger;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/** How failed attempts are told. */
public final class Failures {
  private Failures() {}

  /**
   * In one line if the failure is one of ours, whose messages say it all without personal data;
   * otherwise by its type and where it happened, because its message may quote data.
   */
  public static void log(Logger log, String what, int attempt, Duration pause, Throwable cause) {
    log.warn(
        "{} failed (attempt {}, next in {} s): {}",
        what,
        attempt,
        pause.toMillis() / 1000.0,
        describe(cause));
    if (!ours(cause)) {
      log.debug("{} failed: {}", what, trace(cause));
    }
  }

  /** As exceptions are printed, without their messages. */
  static String trace(Throwable failure) {
    return ExceptionUtils.getThrowableList(failure).stream()
        .map(
            cause ->
                Stream.of(cause.getStackTrace())
                    .map(place -> "\n\tat " + place)
                    .collect(Collectors.joining("", cause.getClass().getName(), "")))
        .collect(Collectors.joining("\nCaused by: "));
  }

  /** As a clause for people who know nothing of programs; without personal data. */
  public static String words(Throwable cause) {
    if (cause instanceof DicomWebException) {
      return "the archive did not answer as it should: " + cause.getMessage();
    }
    return ours(cause)
        ? String.valueOf(cause.getMessage())
        : "an error inside SpineXR, of which its log tells more";
  }

  /** As a clause for the log, without personal data. */
  public static String describe(Throwable cause) {
    if (ours(cause)) {
      return String.valueOf(cause.getMessage());
    }
    StackTraceElement[] trace = cause.getStackTrace();
    return cause.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  /**
   * Whether something that is needed is down, this node in a moment, which says nothing about what
   * was attempted.
   */
  public static boolean outage(Throwable cause) {
    if (cause instanceof DicomWebException e) {
      return e.kind().passing();
    }
    if (cause instanceof FhirRecordException e) {
      return e.retryable();
    }
    return cause instanceof StoppingException
        || cause instanceof AuditUnavailableException
        || cause instanceof TransientDataAccessException
        || cause instanceof RecoverableDataAccessException
        || cause instanceof DataAccessResourceFailureException
        || cause instanceof CannotCreateTransactionException;
  }

  private static boolean ours(Throwable cause) {
    return cause instanceof DicomWebException
        || cause instanceof DicomException
        || cause instanceof FhirRecordException
        || cause instanceof ModelException
        || cause instanceof NotThePatientsException
        || cause instanceof GiveUpException
        || cause instanceof AuditUnavailableException
        || cause instanceof StoppingException;
  }
}
