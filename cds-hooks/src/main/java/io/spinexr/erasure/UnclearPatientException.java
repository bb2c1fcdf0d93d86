package io.spinexr.erasure;

import java.util.Objects;

/**
 * What is asked for cannot be erased as it stands, because some of it may be another person's. The
 * message says why and what to do, without personal data.
 */
public final class UnclearPatientException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnclearPatientException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
