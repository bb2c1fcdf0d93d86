package io.spinexr.fhir;

import java.util.Objects;

/**
 * A FHIR server did not take what was to be recorded. The message says which server, why and what
 * to do, without personal data.
 */
public final class FhirRecordException extends RuntimeException {
  private final boolean retryable;

  /** Without a cause: a FHIR server's own messages repeat what they were asked. */
  public FhirRecordException(String message, boolean retryable) {
    super(message);
    this.retryable = retryable;
  }

  /** Whether the same write may succeed later: the server was busy, down or slow. */
  public boolean retryable() {
    return retryable;
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
