package io.spinexr.result;

import io.spinexr.finding.ModelSet;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.OrderReference;
import io.spinexr.study.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An analysis that was given up, so that people see it on the worklist.
 *
 * @param orders at least one, unless there is a study
 * @param study empty when no images were found
 * @param urgency for the person who must now look without the AI's help
 * @param reason why, as a clause without personal data: {@code the archive did not answer for 24 h}
 * @param failedAt when it was given up
 */
public record FailedAnalysis(
    Subject subject,
    List<OrderReference> orders,
    Optional<ImagedStudy> study,
    ModelSet models,
    Urgency urgency,
    Kind kind,
    String reason,
    Instant failedAt) {
  /** What it failed at. */
  public enum Kind {
    /** No images of the order came within the time that orders are remembered. */
    IMAGES_NEVER_CAME,
    /** Images exist, but could not be fetched or analysed. */
    ANALYSIS_FAILED
  }

  public FailedAnalysis {
    Objects.requireNonNull(subject, "subject");
    orders = List.copyOf(orders);
    Objects.requireNonNull(study, "study");
    if (orders.isEmpty() && study.isEmpty()) {
      throw new IllegalArgumentException("a failed analysis needs an order or a study");
    }
    Objects.requireNonNull(models, "models");
    Objects.requireNonNull(urgency, "urgency");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(reason, "reason");
    if (reason.isBlank()) {
      throw new IllegalArgumentException("a failed analysis needs a reason");
    }
    Objects.requireNonNull(failedAt, "failedAt");
  }
}
