package io.spinexr.outcome;

import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.finding.ModelSet;
import io.spinexr.order.ImagingOrder;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.Urgency;
import io.spinexr.state.RememberedOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orders whose images never came: where people see it, unless nobody misses them. */
public final class GivenUpOrders {
  private static final Logger LOG = LoggerFactory.getLogger(GivenUpOrders.class);

  private final PatientMatching matching;
  private final PatientPrivacy privacy;
  private final VisibleFailures failures;
  private final ModelSet models;

  public GivenUpOrders(
      PatientMatching matching, PatientPrivacy privacy, VisibleFailures failures, ModelSet models) {
    this.matching = matching;
    this.privacy = privacy;
    this.failures = failures;
    this.models = models;
  }

  /**
   * A placed order that is given up must be seen by people.
   *
   * @throws io.spinexr.fhir.FhirRecordException if the same write may succeed later
   */
  public void tell(RememberedOrder remembered, String reason, Instant now) {
    ImagingOrder order = remembered.order();
    boolean quietly = remembered.endsQuietly() || privacy.restriction(remembered).isPresent();
    LOG.warn("order {} {}: {}", order.key(), quietly ? "expired" : "is given up", reason);
    if (!quietly) {
      failures.write(
          new FailedAnalysis(
              Subjects.of(order, matching.inArchive(order.patient())),
              Subjects.references(List.of(order)),
              Optional.empty(),
              models,
              Urgency.ordered(order.priority()),
              FailedAnalysis.Kind.IMAGES_NEVER_CAME,
              reason,
              now),
          "search for order " + order.key());
    }
  }

  /** Nobody needs to know of it any more. To be called inside a transaction. */
  public void close(RememberedOrder order, String reason, Instant now) {
    failures.close(order.order().key(), reason, now);
  }
}
