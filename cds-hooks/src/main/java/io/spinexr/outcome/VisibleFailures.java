package io.spinexr.outcome;

import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.Errand;
import io.spinexr.job.Work;
import io.spinexr.result.FailedAnalysis;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what was given up on people's worklist. */
public final class VisibleFailures {
  private static final Logger LOG = LoggerFactory.getLogger(VisibleFailures.class);

  private final FhirRecord record;
  private final Issuer issuer;
  private final AnalysisMeters meters;
  private final Errand<Closing> closing;

  public VisibleFailures(FhirRecord record, Issuer issuer, Work work) {
    this.record = record;
    this.issuer = issuer;
    this.meters = work.meters();
    this.closing =
        new Errand<>(
            "close",
            Closing.class,
            failure ->
                record.closeFailure(
                    failure.orderKey(), failure.reason(), Instant.parse(failure.at())),
            work);
  }

  /**
   * A failure that nobody needs to know of any more, on its way to the record: format 1.
   *
   * @param at ISO 8601
   */
  record Closing(String orderKey, String reason, String at) {}

  /** To be called inside the transaction in which an order turns out not to have failed. */
  public void close(String orderKey, String reason, Instant now) {
    closing.send(orderKey + "/" + now, new Closing(orderKey, reason, now.toString()), now);
  }

  public Task<Closing> task() {
    return closing.task();
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
      record.write(FailureBundle.of(failure, issuer));
    } catch (FhirRecordException e) {
      if (e.retryable()) {
        throw e;
      }
      meters.failureNotRecorded();
      LOG.error("{} failed and its Task is refused for good: {}", what, e.getMessage());
    }
  }
}
