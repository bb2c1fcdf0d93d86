package io.spinexr.analysis;

import io.spinexr.fhir.FailedAnalysis;
import io.spinexr.fhir.FailureBundle;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what was given up on people's worklist. */
final class VisibleFailures {
  private static final Logger LOG = LoggerFactory.getLogger(VisibleFailures.class);

  private final FhirRecord record;
  private final AnalysisMeters meters;

  VisibleFailures(FhirRecord record, AnalysisMeters meters) {
    this.record = record;
    this.meters = meters;
  }

  /**
   * Writes the failed Task. One that the FHIR server refuses for good is told in the log and the
   * metrics instead: repeating it would only keep what failed from being seen as failed.
   *
   * @param what failed, without personal data
   * @throws FhirRecordException if the same write may succeed later
   */
  void write(FailedAnalysis failure, String what) {
    try {
      record.write(FailureBundle.of(failure));
    } catch (FhirRecordException e) {
      if (e.retryable()) {
        throw e;
      }
      meters.failureNotRecorded();
      LOG.error("{} failed and its Task is refused for good: {}", what, e.getMessage());
    }
  }
}
