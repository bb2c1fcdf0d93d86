package io.spinexr.fhir;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;

/** The {@link FhirRecord} on a {@link FhirStore}. */
public final class StoredRecord implements FhirRecord {
  /** More writers than this never meet on one study; each attempt lets at least one through. */
  private static final int ATTEMPTS = 12;

  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;

  /** The request itself is wrong: the same again would be refused again. */
  private static final Set<Integer> REFUSALS = Set.of(400, 405, 410, 413, 415, 422);

  /** HAPI's number of an error message, which is safe to repeat, unlike the message. */
  private static final Pattern HAPI_CODE = Pattern.compile("HAPI-\\d{4}");

  private final FhirStore store;

  public StoredRecord(FhirStore store) {
    this.store = store;
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

  @Override
  public Optional<String> report(String studyUid, String modelSetId) {
    try {
      return store
          .find("DiagnosticReport", Codes.REPORT_IDENTIFIER, studyUid + "/" + modelSetId)
          .stream()
          .filter(resource -> resource.fhirType().equals("DiagnosticReport"))
          .map(report -> report.getIdElement().toUnqualifiedVersionless().getValue())
          .findFirst();
    } catch (BaseServerResponseException e) {
      throw failure(e);
    }
  }

  /** Repeats an attempt that met another writer: one that ends empty or in a conflict. */
  private <T> T retrying(Supplier<Optional<T>> attempt) {
    RuntimeException lastConflict = null;
    for (int i = 1; i <= ATTEMPTS; i++) {
      try {
        Optional<T> outcome = attempt.get();
        if (outcome.isPresent()) {
          return outcome.get();
        }
      } catch (BaseServerResponseException e) {
        if (e.getStatusCode() != CONFLICT && e.getStatusCode() != PRECONDITION_FAILED) {
          throw failure(e);
        }
        lastConflict = e;
      } catch (DataFormatException e) {
        throw new FhirRecordException(
            store.name() + " did not answer with FHIR; check its address", true, e);
      }
      pause(i);
    }
    throw new FhirRecordException(
        "%s: others kept changing the same resources through %d attempts; it is to be sent again"
            .formatted(store.name(), ATTEMPTS),
        true,
        lastConflict);
  }

  private FhirRecordException failure(BaseServerResponseException e) {
    int status = e.getStatusCode();
    boolean refused = REFUSALS.contains(status);
    Matcher code = HAPI_CODE.matcher(String.valueOf(e.getMessage()));
    String reason = status == 0 ? "no answer" : "HTTP " + status;
    return new FhirRecordException(
        "%s did not take the result (%s%s); %s"
            .formatted(
                store.name(),
                reason,
                code.find() ? ", " + code.group() : "",
                refused
                    ? "its log says what it requires"
                    : "it is to be sent again; check that it is up and accepts our credentials"),
        !refused,
        e);
  }

  /** Spreads writers that met, up to 10 ms more with each attempt. */
  private static void pause(int attempt) {
    LockSupport.parkNanos(
        TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(1, 5 + 10 * attempt)));
  }
}
