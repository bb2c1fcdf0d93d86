package io.spinexr.state;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/** A study that somebody has to decide about: whether its images are the patient's. */
public record Dispute(String studyUid, Instant reportedAt) {
  /** What a person decides. */
  public enum Decision {
    /** They are this patient's: the results are shown again. */
    CONFIRMED,
    /** They are not: every result of the study is withdrawn. */
    WITHDRAWN;

    /** As it is stored: {@code confirmed}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException if it is neither of them
     */
    public static Decision of(String code) {
      return Arrays.stream(values())
          .filter(decision -> decision.code().equals(code))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("The decision must be confirmed or withdrawn"));
    }
  }
}
