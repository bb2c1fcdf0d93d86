package io.spinexr.state;

/** Where the analysis of a study by one model set stands. */
public enum StudyState {
  /** Waiting for its turn, being analysed, or waiting for another attempt. */
  QUEUED,
  DONE,
  /** Given up; the reason says why. Asking again starts anew. */
  FAILED,
  /** The images say that they are another patient's; nothing is written about them. */
  NOT_MATCHED,
  /** The result was withdrawn, for good: nothing revives it. The reason says why. */
  WITHDRAWN
}
