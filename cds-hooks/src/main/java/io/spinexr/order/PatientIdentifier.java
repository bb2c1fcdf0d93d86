package io.spinexr.order;

import java.util.Objects;

/**
 * A patient's identifier as the EHR states it.
 *
 * @param system the namespace, e.g. {@code urn:oid:1.2.36.146.595.217.0.1}; never empty
 * @param value never empty
 */
public record PatientIdentifier(String system, String value) {
  public PatientIdentifier {
    Objects.requireNonNull(system, "system");
    Objects.requireNonNull(value, "value");
    if (system.isBlank() || value.isBlank()) {
      throw new IllegalArgumentException("a patient identifier needs a system and a value");
    }
  }

  /** Without the value: identifiers never enter a log line. */
  @Override
  public String toString() {
    return "PatientIdentifier[system=" + system + "]";
  }
}
