package io.spinexr.study;

import java.util.Objects;

/**
 * A patient's business identifier.
 *
 * @param system the namespace, an absolute URI such as {@code urn:oid:1.2.36.146.595.217.0.1}
 * @param value never blank
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
