package io.spinexr.dicomweb.http;

import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** How long to wait before asking again: exponential backoff with full jitter. */
record Backoff(Retries retries) {

  /**
   * @param retry 0 for the first
   * @param retryAfter what the archive asked for
   * @param random in [0, 1)
   * @return empty if it is not worth asking again
   */
  Optional<Duration> delay(int retry, Optional<Duration> retryAfter, double random) {
    Duration asked = retryAfter.orElse(Duration.ZERO);
    if (retry >= retries.max() || asked.compareTo(retries.maxDelay()) > 0) {
      return Optional.empty();
    }
    double ceiling =
        Math.min(retries.maxDelay().toNanos(), retries.firstDelay().toNanos() * Math.pow(2, retry));
    Duration own = Duration.ofNanos((long) (random * ceiling));
    return Optional.of(own.compareTo(asked) < 0 ? asked : own);
  }

  /**
   * Reads {@code Retry-After} (RFC 9110 section 10.2.3): seconds, or a time by the archive's own
   * clock.
   *
   * @param date the answer's {@code Date} (section 6.6.1), empty if it has none
   * @return empty if it says neither
   */
  static Optional<Duration> parseRetryAfter(String header, Optional<String> date) {
    if (header.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
    }
    return time(header)
        .flatMap(until -> date.flatMap(Backoff::time).map(now -> Duration.between(now, until)))
        .map(left -> left.isNegative() ? Duration.ZERO : left);
  }

  private static Optional<Instant> time(String header) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header, Instant::from));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }
}
