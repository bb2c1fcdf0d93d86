package io.spinexr.fhir;

import java.util.Objects;
import java.util.Optional;

/**
 * Where a bundle's main resources are on the server, as relative addresses without version.
 *
 * @param report {@code DiagnosticReport/...}; empty for a failed analysis
 * @param task {@code Task/...}
 */
public record Recorded(Optional<String> report, String task) {
  public Recorded {
    Objects.requireNonNull(report, "report");
    Objects.requireNonNull(task, "task");
  }
}
