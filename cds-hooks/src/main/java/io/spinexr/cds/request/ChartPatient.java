package io.spinexr.cds.request;

import io.spinexr.order.PatientIdentity;
import java.util.Objects;
import java.util.Optional;

/**
 * The patient whose chart is open, beside the resource that says who it is.
 *
 * @param resource as the client or its FHIR server wrote it
 */
public record ChartPatient(PatientIdentity identity, ChartResource resource) {
  public ChartPatient {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(resource, "resource");
  }

  /** Full URL of its entry, when it came in a Bundle that says so. */
  Optional<String> fullUrl() {
    return resource.fullUrl();
  }
}
