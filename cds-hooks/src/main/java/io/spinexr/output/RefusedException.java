package io.spinexr.output;

import java.util.Objects;

/**
 * An output does not take something, now or later. The message says which, why and what to do,
 * without personal data.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RefusedException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
