package io.spinexr.study;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Objects;
import java.util.Optional;

/**
 * When a study began, as far as the archive tells.
 *
 * @param date StudyDate
 * @param time StudyTime with the offset of the place where the images were taken
 */
public record StudyStart(LocalDate date, Optional<OffsetTime> time) {
  public StudyStart {
    Objects.requireNonNull(date, "date");
    Objects.requireNonNull(time, "time");
  }

  /** Some time on a day. */
  public static StudyStart on(LocalDate date) {
    return new StudyStart(date, Optional.empty());
  }

  public static StudyStart at(OffsetDateTime time) {
    return new StudyStart(time.toLocalDate(), Optional.of(time.toOffsetTime()));
  }
}
