package io.spinexr.output;

/**
 * An output does not take something, now or later. The message says which, why and what to do,
 * without personal data.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RefusedException(String message) {
    super(message);
  }
}
