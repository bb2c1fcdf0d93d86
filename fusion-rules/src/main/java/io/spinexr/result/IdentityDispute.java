package io.spinexr.result;

import io.spinexr.finding.ImageId;
import io.spinexr.study.PatientIdentifier;
import java.time.Instant;
import java.util.Objects;

/**
 * A person says that a study's images are not those of the patient they are filed under.
 *
 * @param patient under whom they are filed
 * @param reason as a clause without personal data
 * @param who said so, as text for readers
 */
public record IdentityDispute(
    String studyUid, PatientIdentifier patient, String reason, String who, Instant at)
    implements StudyDoubt {
  public IdentityDispute {
    ImageId.requireUid("StudyInstanceUID", studyUid);
    Objects.requireNonNull(patient, "patient");
    Withdrawal.requireText("reason", reason);
    Withdrawal.requireText("person", who);
    Objects.requireNonNull(at, "at");
  }
}
