package io.spinexr.fhir;

import io.spinexr.result.Withdrawal;

/** What a {@link Withdrawal} found; the same again finds the same. */
public enum Withdrawn {
  /** Neither report nor Task nor Observations: nothing was there to withdraw. */
  NOTHING_THERE,
  /** Everything that is the AI's is withdrawn. */
  ALL,
  /**
   * The report is a person's by now and stays; the AI's Observations and the Task are withdrawn.
   */
  ALL_BUT_THE_REPORT
}
