package io.spinexr.fhir.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import io.spinexr.fhir.RecordListener;
import io.spinexr.fhir.code.Codes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.ConcurrencyFailureException;

/** Tells {@link RecordListener}s of our reports and Tasks, in the transaction that changes them. */
@Interceptor
public final class RecordChanges {
  /** Study and model set; an order's Task has neither. */
  private static final Pattern KEY = Pattern.compile("([0-9.]+)/(.+)");

  /** Ends of keys that look alike and name a question about a study instead. */
  private static final List<String> QUESTIONS = List.of(Codes.DISPUTE, Codes.MISSING);

  private final ObjectProvider<RecordListener> listeners;

  RecordChanges(ObjectProvider<RecordListener> listeners) {
    this.listeners = listeners;
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    tell(resource);
  }

  /** A resource that loses its key is gone as far as the key's analysis is concerned. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    List<Key> kept = keys(after).toList();
    keys(before).filter(key -> !kept.contains(key)).forEach(this::tellGone);
    tell(after);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    keys(resource).forEach(this::tellGone);
  }

  private void tell(IBaseResource resource) {
    keys(resource)
        .forEach(
            key -> {
              if (resource instanceof DiagnosticReport report) {
                String status = code(report.getStatus());
                tell(key, Optional.of(status), report.hasResultsInterpreter());
              } else if (resource instanceof Task task) {
                tell(key, Optional.of(code(task.getStatus())), false);
              }
            });
  }

  private void tellGone(Key key) {
    tell(key, Optional.empty(), false);
  }

  private void tell(Key key, Optional<String> status, boolean interpreted) {
    try {
      for (RecordListener listener : listeners) {
        if (key.report) {
          listener.reportChanged(key.studyUid, key.modelSetId, status, interpreted);
        } else {
          listener.taskChanged(key.studyUid, key.modelSetId, status);
        }
      }
    } catch (ConcurrencyFailureException e) {
      // As if the write itself had met another: it is repeated.
      throw caused(new ResourceVersionConflictException("Two writes met in the database"), e);
    } catch (RuntimeException e) {
      throw caused(new InternalErrorException("What listens to the record failed"), e);
    }
  }

  private static BaseServerResponseException caused(
      BaseServerResponseException failure, RuntimeException cause) {
    failure.initCause(cause);
    return failure;
  }

  /** The store takes resources without one, although FHIR requires it. */
  private static String code(@Nullable DiagnosticReportStatus status) {
    return status == null ? DiagnosticReportStatus.UNKNOWN.toCode() : status.toCode();
  }

  private static String code(@Nullable TaskStatus status) {
    return status == null ? TaskStatus.DRAFT.toCode() : status.toCode();
  }

  private static Stream<Key> keys(IBaseResource resource) {
    if (resource instanceof DiagnosticReport report) {
      return keys(report.getIdentifier(), Codes.REPORT_IDENTIFIER, true);
    }
    if (resource instanceof Task task) {
      return keys(task.getIdentifier(), Codes.TASK_IDENTIFIER, false);
    }
    return Stream.empty();
  }

  private static Stream<Key> keys(List<Identifier> identifiers, String system, boolean report) {
    return identifiers.stream()
        .filter(identifier -> system.equals(identifier.getSystem()) && identifier.hasValue())
        .filter(identifier -> QUESTIONS.stream().noneMatch(identifier.getValue()::endsWith))
        .filter(identifier -> !identifier.getValue().contains(Codes.LATE_IMAGES))
        .map(identifier -> KEY.matcher(identifier.getValue()))
        .filter(Matcher::matches)
        .map(key -> new Key(report, key.group(1), key.group(2)));
  }

  /** What names an analysis' report or Task. */
  private record Key(boolean report, String studyUid, String modelSetId) {}
}
