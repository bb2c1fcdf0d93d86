package io.spinexr.job;

import io.spinexr.state.StudyState;

/**
 * An analysis for which another attempt is of no use. The message is a clause without personal
 * data.
 */
public final class GiveUpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final StudyState state;

  private GiveUpException(StudyState state, String reason) {
    super(reason);
    this.state = state;
  }

  public static GiveUpException failed(String reason) {
    return new GiveUpException(StudyState.FAILED, reason);
  }

  public static GiveUpException notMatched(String reason) {
    return new GiveUpException(StudyState.NOT_MATCHED, reason);
  }

  /** What the study's analysis ends in. */
  public StudyState state() {
    return state;
  }
}
