package io.spinexr.fhir;

import java.util.Objects;
import java.util.Optional;

/**
 * Where a bundle's main resources are on the server, as relative addresses without version.
 *
 * @param report {@code DiagnosticReport/...}; empty for a failed analysis
 * @param task {@code Task/...}; empty if people removed it from a study that they are done with
 * @param withPictures whether the server took the report's pictures; false only of a server that is
 *     not ours
 */
public record Recorded(Optional<String> report, Optional<String> task, boolean withPictures) {
  public Recorded {
    Objects.requireNonNull(report, "report");
    Objects.requireNonNull(task, "task");
  }
}
