package io.spinexr.cds.wire;

/** A failure for the log: where and of what type, without messages that may hold personal data. */
public final class WithoutMessages extends Exception {
  private WithoutMessages(Throwable failure, int depth) {
    super(failure.getClass().getName());
    setStackTrace(failure.getStackTrace());
    if (failure.getCause() != null && depth > 0) {
      initCause(new WithoutMessages(failure.getCause(), depth - 1));
    }
  }

  public static Exception of(Throwable failure) {
    return new WithoutMessages(failure, 10);
  }
}
