package io.spinexr.fhir.upkeep;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.Merged;
import io.spinexr.fhir.PatientHoldings;
import io.spinexr.fhir.PatientMerge;
import io.spinexr.fhir.PatientTraces;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.ReportState;
import io.spinexr.fhir.StandingOrder;
import io.spinexr.fhir.Withdrawn;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Terminology;
import io.spinexr.fhir.store.CheckedStore;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.store.OwnStore;
import io.spinexr.fhir.store.Patients;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.worklist.FailureTask;
import io.spinexr.fhir.worklist.ReadingOrder;
import io.spinexr.fhir.worklist.StudyTask;
import io.spinexr.fhir.worklist.StudyTask.Question;
import io.spinexr.result.IdentityDispute;
import io.spinexr.result.MissingStudy;
import io.spinexr.result.Withdrawal;
import io.spinexr.study.PatientStatement;
import io.spinexr.tls.TlsProblem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;

/** The {@link FhirRecord} on a {@link FhirStore}. */
public final class StoredRecord implements FhirRecord {
  /** More writers than this never meet on one study; each attempt lets at least one through. */
  private static final int ATTEMPTS = 12;

  private static final int CONFLICT = 409;

  /** The request itself is wrong: the same again would be refused again. */
  private static final Set<Integer> REFUSALS = Set.of(400, 405, 410, 413, 415, 422);

  /** A search parameter of the server fails on the resource, as it will the next time. */
  private static final String NOT_INDEXABLE = "HAPI-0504";

  /** HAPI's number of an error message, which is safe to repeat, unlike the message. */
  private static final Pattern HAPI_CODE = Pattern.compile("HAPI-\\d{4}");

  private final CheckedStore store;

  public StoredRecord(FhirStore store) {
    this.store = new CheckedStore(store);
  }

  @Override
  public Recorded write(Bundle bundle) {
    return retrying(() -> Reconciliation.write(bundle, store));
  }

  /**
   * Stores our {@link Terminology}; what is there already stays as it is.
   *
   * @throws FhirRecordException if the server did not take it
   */
  public void publishTerminology() {
    retrying(() -> Optional.of(store.transaction(Terminology.transaction())));
  }

  /**
   * Gives Tasks of an earlier version that people still have to look at their {@link ReadingOrder}.
   *
   * @throws FhirRecordException if the server did not take it
   */
  public void orderTasks() {
    String url =
        "Task?status=" + ReadingOrder.OPEN + "&code=" + Transaction.token(Codes.WORKLIST, "");
    retrying(() -> Optional.of(store.search(url))).stream()
        .filter(Task.class::isInstance)
        .map(Task.class::cast)
        .filter(ReadingOrder::set)
        .forEach(this::replace);
  }

  /** Whoever changes it at the same time puts it in order, too. */
  private void replace(Task task) {
    Transaction transaction = new Transaction();
    transaction.replace(task);
    try {
      store.transaction(transaction.bundle());
    } catch (BaseServerResponseException e) {
      if (e.getStatusCode() != CONFLICT && e.getStatusCode() != CheckedStore.PRECONDITION_FAILED) {
        throw failure(e);
      }
    }
  }

  @Override
  public Optional<ReportState> reportState(String studyUid, String modelSetId) {
    String key = studyUid + "/" + modelSetId;
    Optional<DiagnosticReport> report = find(DiagnosticReport.class, Codes.REPORT_IDENTIFIER, key);
    Optional<Task> task = find(Task.class, Codes.TASK_IDENTIFIER, key);
    return report.isEmpty() && task.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReportState(
                report.map(DiagnosticReport::getStatus).map(status -> status.toCode()),
                report.filter(DiagnosticReport::hasResultsInterpreter).isPresent(),
                task.map(Task::getStatus).map(status -> status.toCode())));
  }

  private <T extends Resource> Optional<T> find(Class<T> type, String system, String key) {
    String url = Transaction.byIdentifier(type.getSimpleName(), system, key);
    return retrying(() -> Optional.of(store.search(url))).stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  @Override
  public Withdrawn withdraw(Withdrawal withdrawal) {
    return retrying(() -> Optional.of(WithdrawalAttempt.run(withdrawal, store)));
  }

  @Override
  public String dispute(IdentityDispute dispute) {
    return retrying(
        () -> StudyTask.of(store, dispute.studyUid(), Question.WHOSE_IMAGES).open(dispute));
  }

  @Override
  public Optional<String> resolveDispute(String studyUid, String outcome, String who, Instant at) {
    return closed(StudyTask.of(store, studyUid, Question.WHOSE_IMAGES), outcome, who, at);
  }

  @Override
  public String missing(MissingStudy study) {
    return retrying(() -> StudyTask.of(store, study.studyUid(), Question.STILL_THERE).open(study));
  }

  @Override
  public Optional<String> seenAgain(String studyUid, String outcome, String who, Instant at) {
    return closed(StudyTask.of(store, studyUid, Question.STILL_THERE), outcome, who, at);
  }

  private Optional<String> closed(StudyTask task, String outcome, String who, Instant at) {
    return retrying(() -> Optional.of(task.close(outcome, who, at)));
  }

  @Override
  public Optional<StandingOrder> order(String id) {
    String url =
        "ServiceRequest?_id="
            + URLEncoder.encode(id, StandardCharsets.UTF_8)
            + "&_revinclude=ServiceRequest:replaces";
    List<ServiceRequest> found =
        retrying(() -> Optional.of(store.search(url))).stream()
            .filter(ServiceRequest.class::isInstance)
            .map(ServiceRequest.class::cast)
            .toList();
    return found.stream()
        .filter(order -> order.getIdElement().getIdPart().equals(id))
        .findFirst()
        .map(order -> StandingOrder.of(order, found.size() > 1));
  }

  @Override
  public Optional<String> closeFailure(String orderKey, String reason, Instant at) {
    return retrying(() -> Optional.of(FailureTask.close(store, orderKey, reason, at)));
  }

  @Override
  public Merged merge(PatientMerge merge) {
    OwnStore own = own();
    return retrying(() -> Optional.of(MergeAttempt.run(merge, own)));
  }

  @Override
  public boolean correct(PatientStatement statement) {
    OwnStore own = own();
    return retrying(() -> Optional.of(CorrectionAttempt.run(statement, own)));
  }

  @Override
  public PatientHoldings held(PatientTraces traces) {
    OwnStore own = own();
    return retrying(
        () -> {
          requireOnePerson(traces);
          return Optional.of(own.held(traces));
        });
  }

  @Override
  public void erase(PatientTraces traces) {
    OwnStore own = own();
    retrying(
        () -> {
          requireOnePerson(traces);
          own.erase(traces);
          return Optional.of(true);
        });
  }

  private void requireOnePerson(PatientTraces traces) {
    new Patients(store).survivor(List.copyOf(traces.identifiers()));
  }

  private OwnStore own() {
    return store
        .own()
        .orElseThrow(
            () ->
                new FhirRecordException(
                    store.name() + " keeps its own Patients; merge and correct them there", false));
  }

  /** Repeats an attempt that met another writer: one that ends empty or in a conflict. */
  private <T> T retrying(Supplier<Optional<T>> attempt) {
    String lastConflict = "somebody else was first";
    for (int i = 1; i <= ATTEMPTS; i++) {
      try {
        Optional<T> outcome = attempt.get();
        if (outcome.isPresent()) {
          return outcome.get();
        }
      } catch (BaseServerResponseException e) {
        if (e.getStatusCode() != CONFLICT
            && e.getStatusCode() != CheckedStore.PRECONDITION_FAILED) {
          throw failure(e);
        }
        lastConflict = reason(e);
      } catch (DataFormatException e) {
        throw new FhirRecordException(
            store.name() + " did not answer with FHIR; check its address", true);
      }
      pause(i);
    }
    throw new FhirRecordException(
        "%s met other writers in %d attempts (%s); it is to be sent again"
            .formatted(store.name(), ATTEMPTS, lastConflict),
        true);
  }

  private FhirRecordException failure(BaseServerResponseException e) {
    boolean notIndexable = String.valueOf(e.getMessage()).contains(NOT_INDEXABLE);
    boolean refused = notIndexable || REFUSALS.contains(e.getStatusCode());
    String advice =
        notIndexable
            ? "one of its search parameters cannot be evaluated, and must be corrected there"
            : refused
                ? "its documentation says what it requires"
                : TlsProblem.in(e)
                    .orElse(
                        "it is to be asked again; check that it is up and accepts our"
                            + " credentials");
    return new FhirRecordException(
        "%s failed (%s); %s".formatted(store.name(), reason(e), advice), !refused);
  }

  /** Status, HAPI's code and the deepest cause's class: enough to look up, and nobody's data. */
  private static String reason(BaseServerResponseException e) {
    String status = e.getStatusCode() == 0 ? "no answer" : "HTTP " + e.getStatusCode();
    Matcher code = HAPI_CODE.matcher(String.valueOf(e.getMessage()));
    Throwable cause = ExceptionUtils.getRootCause(e);
    return status
        + (code.find() ? ", " + code.group() : "")
        + (cause == e ? "" : ", " + cause.getClass().getSimpleName());
  }

  /** Spreads writers that met, up to 10 ms more with each attempt. */
  private static void pause(int attempt) {
    LockSupport.parkNanos(
        TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(1, 5 + 10 * attempt)));
  }
}
