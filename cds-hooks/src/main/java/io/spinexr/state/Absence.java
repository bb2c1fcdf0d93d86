package io.spinexr.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long an archive that is in order has not listed a study.
 *
 * @param searches in which it was missing
 * @param reportedAt when people were asked about it
 */
public record Absence(Instant since, int searches, Optional<Instant> reportedAt) {
  private static final int SEARCHES = 3;
  private static final Duration TIME = Duration.ofHours(24);

  static Absence noticed(Instant now) {
    return new Absence(now, 1, Optional.empty());
  }

  /** When people were asked, or could be at the earliest. */
  Instant settled() {
    return reportedAt.orElse(since.plus(TIME));
  }

  /** It is missing once more. People are asked when that is neither an accident nor short. */
  Absence again(Instant now) {
    boolean lasting = searches + 1 >= SEARCHES && !now.isBefore(since.plus(TIME));
    return new Absence(
        since, searches + 1, reportedAt.or(() -> lasting ? Optional.of(now) : Optional.empty()));
  }
}
