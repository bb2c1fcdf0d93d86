package io.spinexr.analysis;

/**
 * An analysis for which another attempt is of no use. The message is a clause without personal
 * data.
 */
final class GiveUpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final StudyState state;

  private GiveUpException(StudyState state, String reason) {
    super(reason);
    this.state = state;
  }

  static GiveUpException failed(String reason) {
    return new GiveUpException(StudyState.FAILED, reason);
  }

  static GiveUpException notMatched(String reason) {
    return new GiveUpException(StudyState.NOT_MATCHED, reason);
  }

  /** What the study's analysis ends in. */
  StudyState state() {
    return state;
  }
}
