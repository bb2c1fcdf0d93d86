package io.spinexr.audit;

/** Nothing can be written down, so nothing may be done that has to be. */
public final class AuditUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For who asked. */
  public static final String SENTENCE =
      "The database is not available at the moment: what is done with patients' data cannot be"
          + " recorded, so it is not done. Please try again in a minute.";

  public AuditUnavailableException() {
    super(SENTENCE);
  }
}
