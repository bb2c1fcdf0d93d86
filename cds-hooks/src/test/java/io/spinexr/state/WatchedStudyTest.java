package io.spinexr.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatchedStudyTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  private final WatchedStudy study =
      new WatchedStudy("1.2", "set", Set.of("1.2.3"), START, START, 0, START, Optional.empty());

  private static Instant day(int day) {
    return START.plus(Duration.ofDays(day));
  }

  @Test
  void isWatchedForAWeekAfterItsImagesChanged() {
    assertThat(study.over(WEEK, day(6))).isFalse();
    assertThat(study.over(WEEK, day(7))).isTrue();
  }

  @Test
  void isWatchedOnWhenItIsMissingAtLastUntilPeopleWereAsked() {
    WatchedStudy missing = study.missed(day(6));
    assertThat(missing.over(WEEK, day(8))).isFalse();

    WatchedStudy reported = missing.missed(day(7)).missed(day(8));

    assertThat(reported.reported()).isTrue();
    assertThat(reported.over(WEEK, day(14))).isFalse();
    assertThat(reported.over(WEEK, day(15))).isTrue();
  }

  @Test
  void isNotWatchedForEverWhenTheArchiveTellsNothingMore() {
    WatchedStudy unclear = study.missed(day(1)).unclear().unclear();

    assertThat(unclear.over(WEEK, day(8))).isFalse();
    assertThat(unclear.over(WEEK, day(9))).isTrue();
  }
}
