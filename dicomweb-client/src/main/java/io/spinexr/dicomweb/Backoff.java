package io.spinexr.dicomweb;

import io.spinexr.dicomweb.DicomWebOptions.Retries;
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

  /** Reads {@code Retry-After} (RFC 9110 section 10.2.3): seconds or a date; empty if neither. */
  static Optional<Duration> parseRetryAfter(String header, Instant now) {
    try {
      if (header.matches("[0-9]{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
      }
      Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(header, Instant::from);
      return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
    } catch (DateTimeParseException noDate) {
      return Optional.empty();
    }
  }
}
