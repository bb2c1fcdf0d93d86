package io.spinexr.cds;

/** A failure for the log: where and of what type, without messages that may hold personal data. */
final class WithoutMessages extends Exception {
  private WithoutMessages(Throwable failure, int depth) {
    super(failure.getClass().getName());
    setStackTrace(failure.getStackTrace());
    if (failure.getCause() != null && depth > 0) {
      initCause(new WithoutMessages(failure.getCause(), depth - 1));
    }
  }

  static Exception of(Throwable failure) {
    return new WithoutMessages(failure, 10);
  }
}
