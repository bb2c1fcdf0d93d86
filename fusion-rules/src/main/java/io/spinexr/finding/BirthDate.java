package io.spinexr.finding;

import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A birth date as far as somebody states it: a year, a month or a day (FHIR R4, data type date).
 *
 * @param year from 1800 to 2199
 * @param month from 1 to 12; 0 if only the year is known
 * @param day from 1 to the month's length; 0 if it is not known
 */
public record BirthDate(int year, int month, int day) {
  private static final Pattern FHIR = Pattern.compile("(\\d{4})(?:-(\\d{2})(?:-(\\d{2}))?)?");

  /**
   * @throws DateTimeException if there is no such day, month or year
   */
  public BirthDate {
    if (year < 1800 || year > 2199) {
      throw new DateTimeException("a birth date's year must be from 1800 to 2199");
    }
    if (month == 0 && day != 0) {
      throw new DateTimeException("a birth date with a day needs a month");
    }
    if (month != 0) {
      YearMonth of = YearMonth.of(year, month);
      if (day != 0 && !of.isValidDay(day)) {
        throw new DateTimeException("a birth date's month has no such day");
      }
    }
  }

  /** {@code 1971}, {@code 1971-03} or {@code 1971-03-05}; empty if the text is none of them. */
  public static Optional<BirthDate> parse(String text) {
    Matcher parts = FHIR.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new BirthDate(Integer.parseInt(parts.group(1)), number(parts, 2), number(parts, 3)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** A part that is written must say something: a month or day {@code 00} is none. */
  private static int number(Matcher parts, int part) {
    if (parts.start(part) < 0) {
      return 0;
    }
    int number = Integer.parseInt(parts.group(part));
    if (number == 0) {
      throw new DateTimeException("there is no month or day 00");
    }
    return number;
  }

  /** Whether both can be of one person: what both state is equal. */
  public boolean agreesWith(BirthDate other) {
    return year == other.year
        && (month == 0 || other.month == 0 || month == other.month)
        && (day == 0 || other.day == 0 || day == other.day);
  }

  /** As FHIR writes it. */
  @Override
  public String toString() {
    return month == 0
        ? "%04d".formatted(year)
        : day == 0
            ? "%04d-%02d".formatted(year, month)
            : "%04d-%02d-%02d".formatted(year, month, day);
  }
}
