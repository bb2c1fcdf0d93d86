package io.spinexr.result;

import io.spinexr.finding.ImageId;
import java.time.Instant;
import java.util.Objects;

/**
 * What one model set said of one study does not count any more.
 *
 * @param modelSetId {@link io.spinexr.finding.ModelSet#id}
 * @param reason why, as a clause that everybody with access to the patient may read
 * @param who said so, as text for readers: a person's name and role, or the service
 */
public record Withdrawal(
    String studyUid, String modelSetId, String reason, String who, Instant at) {
  public Withdrawal {
    ImageId.requireUid("StudyInstanceUID", studyUid);
    requireText("model set", modelSetId);
    requireText("reason", reason);
    requireText("person", who);
    Objects.requireNonNull(at, "at");
  }

  /**
   * @param what names it in the message
   * @throws IllegalArgumentException if it is blank
   */
  public static void requireText(String what, String text) {
    Objects.requireNonNull(text, what);
    if (text.isBlank()) {
      throw new IllegalArgumentException("a " + what + " must be named");
    }
  }
}
