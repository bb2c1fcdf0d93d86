package io.spinexr.fhir;

/**
 * A FHIR server did not take what was to be recorded. The message says which server, why and what
 * to do, without personal data.
 */
public final class FhirRecordException extends RuntimeException {
  private final boolean retryable;

  public FhirRecordException(String message, boolean retryable, Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /** Whether the same write may succeed later: the server was busy, down or slow. */
  public boolean retryable() {
    return retryable;
  }
}
