package io.spinexr.archive.patient;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dates, times and offsets as DICOM writes them (PS3.5 section 6.2, VR DA and TM). */
public final class DicomDates {
  private static final Logger LOG = LoggerFactory.getLogger(DicomDates.class);

  /** A year, a month or a day; a part of zeros is not known. ACR-NEMA had full stops. */
  private static final Pattern BIRTH_DATE =
      Pattern.compile("(\\d{4})(?:(\\d{2})(\\d{2})?|\\.(\\d{2})(?:\\.(\\d{2}))?)?");

  /** At least the hour; ACR-NEMA had colons. */
  private static final Pattern TIME =
      Pattern.compile("(\\d{2})(?::?(\\d{2})(?::?(\\d{2})(?:\\.\\d{1,6})?)?)?");

  /** PS3.3 section C.12.1.1.8: {@code +0545}, from -1200 to +1400. */
  private static final Pattern OFFSET = Pattern.compile("[+-]\\d{4}");

  private static final ZoneOffset WESTERNMOST = ZoneOffset.ofHours(-12);
  private static final ZoneOffset EASTERNMOST = ZoneOffset.ofHours(14);

  private DicomDates() {}

  /** Empty if absent or no date. */
  public static Optional<LocalDate> date(DataSet dataSet, int tag) {
    try {
      return dataSet
          .string(tag)
          .map(text -> text.replace(".", ""))
          .map(text -> LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE));
    } catch (DateTimeException | DicomException e) {
      return Optional.empty();
    }
  }

  /** To the second; empty if absent or no time. */
  public static Optional<LocalTime> time(DataSet dataSet, int tag) {
    try {
      return dataSet
          .string(tag)
          .map(TIME::matcher)
          .filter(Matcher::matches)
          .map(
              parts ->
                  LocalTime.of(
                      number(parts.group(1)), number(parts.group(2)), number(parts.group(3))));
    } catch (DateTimeException | DicomException e) {
      return Optional.empty();
    }
  }

  /** TimezoneOffsetFromUTC, which holds for every date and time beside it; empty if it is none. */
  public static Optional<ZoneOffset> offset(DataSet dataSet) {
    try {
      Optional<String> text = dataSet.string(Tag.TimezoneOffsetFromUTC);
      Optional<ZoneOffset> offset =
          text.filter(OFFSET.asMatchPredicate())
              .map(ZoneOffset::of)
              .filter(DicomDates::isSomewhere);
      if (text.isPresent() && offset.isEmpty()) {
        LOG.debug("TimezoneOffsetFromUTC is none: spinexr.time-zone is taken instead");
      }
      return offset;
    } catch (DateTimeException | DicomException e) {
      LOG.debug("TimezoneOffsetFromUTC is none: spinexr.time-zone is taken instead");
      return Optional.empty();
    }
  }

  public static Optional<ZoneOffset> firstOffset(Stream<DataSet> records) {
    return records.flatMap(record -> offset(record).stream()).findFirst();
  }

  private static boolean isSomewhere(ZoneOffset offset) {
    return offset.getTotalSeconds() >= WESTERNMOST.getTotalSeconds()
        && offset.getTotalSeconds() <= EASTERNMOST.getTotalSeconds();
  }

  /** A birth date as far as it says one: {@code 1971}, {@code 197103}, {@code 19710300}. */
  public static Optional<BirthDate> birthDate(String text) {
    Matcher parts = BIRTH_DATE.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String month = parts.group(2) == null ? parts.group(4) : parts.group(2);
    String day = parts.group(3) == null ? parts.group(5) : parts.group(3);
    try {
      return Optional.of(new BirthDate(number(parts.group(1)), number(month), number(day)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static int number(@Nullable String part) {
    return part == null ? 0 : Integer.parseInt(part);
  }
}
