package io.spinexr.audit;

/** Nothing can be written down, so nothing may be done that has to be. */
public final class AuditUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For who asked. */
  public static final String SENTENCE =
      "What is done with patients' data cannot be recorded now, so it is not done. Please try again"
          + " in a minute.";

  AuditUnavailableException(Throwable cause) {
    super(SENTENCE, cause);
  }
}
