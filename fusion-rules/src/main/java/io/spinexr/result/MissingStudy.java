package io.spinexr.result;

import io.spinexr.finding.ImageId;
import io.spinexr.study.PatientIdentifier;
import java.time.Instant;
import java.util.Objects;

/**
 * A study with a result that the archive does not list any more.
 *
 * @param patient whose images it held
 * @param reason as a clause without personal data
 * @param who noticed it, as text for readers
 */
public record MissingStudy(
    String studyUid, PatientIdentifier patient, String reason, String who, Instant at)
    implements StudyDoubt {
  public MissingStudy {
    ImageId.requireUid("StudyInstanceUID", studyUid);
    Objects.requireNonNull(patient, "patient");
    Withdrawal.requireText("reason", reason);
    Withdrawal.requireText("person", who);
    Objects.requireNonNull(at, "at");
  }
}
