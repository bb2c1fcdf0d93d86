package io.spinexr.state;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What people made of a result.
 *
 * @param reportStatus FHIR status of its DiagnosticReport, {@code deleted} when that is gone; empty
 *     before it is written
 * @param interpreted whether the report names a person who interpreted the images
 * @param taskStatus FHIR status of its reading Task; empty before it is written
 * @param disputed whether a clinician says that these are another patient's images, and nobody has
 *     decided yet
 * @param setHidden whether nothing of its model set is to be shown
 * @param restricted whether the patient's record is confidential, or the patient opted out of AI
 * @param withdrawn when and by whom it was withdrawn
 */
public record Reception(
    Optional<String> reportStatus,
    boolean interpreted,
    Optional<String> taskStatus,
    boolean disputed,
    boolean setHidden,
    boolean restricted,
    Optional<Withdrawn> withdrawn) {
  /** The report's status of a result that nobody may rely on any more. */
  public static final Set<String> VOID = Set.of("entered-in-error", "cancelled", "deleted");

  private static final Set<String> FINAL = Set.of("final", "amended", "corrected", "appended");
  private static final Set<String> CLOSED =
      Set.of("completed", "cancelled", "rejected", "entered-in-error", "deleted");

  /** A withdrawal; the analysis holds its reason. */
  public record Withdrawn(Instant at, String by) {}

  public Reception {
    Objects.requireNonNull(reportStatus, "reportStatus");
    Objects.requireNonNull(taskStatus, "taskStatus");
    Objects.requireNonNull(withdrawn, "withdrawn");
  }

  /** Whether the result may be shown at all. */
  public boolean visible() {
    return !disputed
        && !setHidden
        && !restricted
        && withdrawn.isEmpty()
        && reportStatus.filter(VOID::contains).isEmpty();
  }

  /** Whether a person has taken the report over. */
  public boolean finalised() {
    return interpreted || reportStatus.filter(FINAL::contains).isPresent();
  }

  /** Whether the study is still to be read. */
  public boolean readingOpen() {
    return taskStatus.filter(CLOSED::contains).isEmpty();
  }
}
