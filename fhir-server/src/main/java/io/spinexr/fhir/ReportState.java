package io.spinexr.fhir;

import java.util.Objects;
import java.util.Optional;

/**
 * Where one model set's report of a study and its Task stand.
 *
 * @param report the report's status as FHIR writes it, e.g. {@code preliminary}; empty without one
 * @param interpreted whether the report names who interpreted it
 * @param task the Task's status, e.g. {@code in-progress}; empty without one
 */
public record ReportState(Optional<String> report, boolean interpreted, Optional<String> task) {
  public ReportState {
    Objects.requireNonNull(report, "report");
    Objects.requireNonNull(task, "task");
  }
}
