package io.spinexr.fhir.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why tokens were refused, so many times a minute at most: anyone can send tokens, and must
 * not fill the disk with them.
 */
public final class RefusalLog {
  /** How many are told in full. */
  public static final int PER_MINUTE = 60;

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  private final Clock clock;
  private Instant minuteBegan = Instant.EPOCH;
  private int refused;

  public RefusalLog(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param reason printable, and without the token
   */
  public synchronized void refused(String reason) {
    Instant now = clock.instant();
    if (!now.isBefore(minuteBegan.plus(Duration.ofMinutes(1)))) {
      if (refused > PER_MINUTE) {
        LOG.warn("{} more client tokens were refused for reasons not told", refused - PER_MINUTE);
      }
      minuteBegan = now;
      refused = 0;
    }
    refused++;
    if (refused <= PER_MINUTE) {
      LOG.warn("A client token was refused: {}", reason);
    }
  }
}
