package io.spinexr.dicomweb.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Optional<Duration> NOTHING_ASKED = Optional.empty();
  private final Backoff backoff =
      new Backoff(new Retries(5, Duration.ofMillis(200), Duration.ofSeconds(1)));

  @Test
  void doublesTheCeilingUntilTheLongestDelay() {
    assertThat(backoff.delay(0, NOTHING_ASKED, 0.5)).hasValue(Duration.ofMillis(100));
    assertThat(backoff.delay(1, NOTHING_ASKED, 0.5)).hasValue(Duration.ofMillis(200));
    assertThat(backoff.delay(2, NOTHING_ASKED, 0.5)).hasValue(Duration.ofMillis(400));
    assertThat(backoff.delay(3, NOTHING_ASKED, 0.5)).hasValue(Duration.ofMillis(500));
    assertThat(backoff.delay(4, NOTHING_ASKED, 0.5)).hasValue(Duration.ofMillis(500));
  }

  @Test
  void givesUpAfterTheLastRetry() {
    assertThat(backoff.delay(5, NOTHING_ASKED, 0)).isEmpty();
  }

  @Test
  void waitsAtLeastAsLongAsAsked() {
    assertThat(backoff.delay(0, Optional.of(Duration.ofMillis(900)), 0.5))
        .hasValue(Duration.ofMillis(900));
  }

  @Test
  void givesUpWhenAskedToWaitTooLong() {
    assertThat(backoff.delay(0, Optional.of(Duration.ofSeconds(2)), 0.5)).isEmpty();
  }

  @Test
  void readsRetryAfterAsSecondsOrATimeOnTheArchivesClock() {
    Optional<String> now = Optional.of("Wed, 21 Oct 2015 07:27:00 GMT");
    assertThat(Backoff.parseRetryAfter("120", now)).hasValue(Duration.ofMinutes(2));
    assertThat(Backoff.parseRetryAfter("Wed, 21 Oct 2015 07:28:00 GMT", now))
        .hasValue(Duration.ofMinutes(1));
    assertThat(Backoff.parseRetryAfter("Wed, 21 Oct 2015 07:26:00 GMT", now))
        .hasValue(Duration.ZERO);
    assertThat(Backoff.parseRetryAfter("Wed, 21 Oct 2015 07:28:00 GMT", Optional.empty()))
        .isEmpty();
    assertThat(Backoff.parseRetryAfter("120", Optional.empty())).hasValue(Duration.ofMinutes(2));
    assertThat(Backoff.parseRetryAfter("soon", now)).isEmpty();
    assertThat(Backoff.parseRetryAfter("-1", now)).isEmpty();
    assertThat(Backoff.parseRetryAfter("99999999999", now)).isEmpty();
  }
}
