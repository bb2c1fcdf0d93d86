package io.spinexr.job;

/**
 * A job ends early because its node stops; it begins again on another one, or at the next start.
 */
public final class StoppingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private StoppingException() {
    super("this server stops");
  }

  /** To be called between the parts of long work: what stops a node interrupts it. */
  public static void throwIfAsked() {
    if (Thread.currentThread().isInterrupted()) {
      throw new StoppingException();
    }
  }
}
