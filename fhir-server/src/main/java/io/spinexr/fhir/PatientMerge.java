package io.spinexr.fhir;

import io.spinexr.result.Withdrawal;
import io.spinexr.study.PatientIdentifier;
import java.time.Instant;
import java.util.Objects;

/**
 * Two identifiers turned out to be of one person.
 *
 * @param retired the identifier that goes out of use
 * @param surviving the one that the person goes by from now on
 * @param reason why, as a clause
 * @param who decided it, as text for readers
 */
public record PatientMerge(
    PatientIdentifier retired, PatientIdentifier surviving, String reason, String who, Instant at) {
  public PatientMerge {
    Objects.requireNonNull(retired, "retired");
    Objects.requireNonNull(surviving, "surviving");
    if (retired.equals(surviving)) {
      throw new IllegalArgumentException("a patient cannot be merged into itself");
    }
    Withdrawal.requireText("reason", reason);
    Withdrawal.requireText("person", who);
    Objects.requireNonNull(at, "at");
  }
}
