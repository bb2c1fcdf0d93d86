package io.spinexr.archive.patient;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an image or a study states of whom it shows, beside identifiers: the values of
 * PatientBirthDate (0010,0030) and PatientSex (0010,0040) that say something.
 */
public record StatedIdentity(List<String> birthDates, List<String> sexes) {
  /** Stands for a value that cannot be read: it says that the image is nobody's. */
  static final String UNREADABLE = "?";

  private static final Set<String> SEXES = Set.of("M", "F", "O");

  /** A birth date that is filled with zeros because nobody knows it. */
  private static final Pattern NOTHING = Pattern.compile("[0.]*");

  /** What a date may be written with, so that it can also be stored. */
  private static final Pattern WORDS = Pattern.compile("[0-9.]{1,16}");

  private static final int LONGEST = 4000;
  private static final String SEPARATOR = "\\";
  private static final String BETWEEN = "|";

  public StatedIdentity {
    birthDates = List.copyOf(birthDates);
    sexes = List.copyOf(sexes);
  }

  public static StatedIdentity of(DataSet images) {
    return new StatedIdentity(
        values(images, Tag.PatientBirthDate).stream()
            .filter(date -> !NOTHING.matcher(date).matches())
            .map(date -> WORDS.matcher(date).matches() ? date : UNREADABLE)
            .toList(),
        values(images, Tag.PatientSex).stream()
            .map(letter -> letter.toUpperCase(Locale.ROOT))
            .filter(SEXES::contains)
            .toList());
  }

  /** The values that say something; one that is no text says that it is nobody's. */
  static List<String> values(DataSet images, int tag) {
    try {
      return images.strings(tag).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    } catch (DicomException e) {
      return List.of(UNREADABLE);
    }
  }

  /**
   * Whether somebody can be shown: birth date and sex are equal as far as both sides state them. A
   * birth date that cannot be read, or several, are nobody's.
   */
  public boolean canBe(Optional<BirthDate> birthDate, Optional<String> sex) {
    boolean birth =
        birthDate.isEmpty()
            || birthDates.isEmpty()
            || birthDates.size() == 1
                && DicomDates.birthDate(birthDates.get(0))
                    .filter(birthDate.get()::agreesWith)
                    .isPresent();
    return birth && (sex.isEmpty() || sexes.stream().allMatch(sex.get()::equals));
  }

  /** Several as they are stored, one a line: {@code 19481025|F}. Too many are nobody's. */
  public static String text(Set<StatedIdentity> stated) {
    String text =
        stated.stream()
            .map(
                each ->
                    String.join(SEPARATOR, each.birthDates)
                        + BETWEEN
                        + String.join(SEPARATOR, each.sexes))
            .collect(Collectors.joining("\n"));
    return text.length() <= LONGEST ? text : UNREADABLE + BETWEEN;
  }

  /** The reverse of {@link #text}. */
  public static Set<StatedIdentity> parse(String text) {
    return text.lines().map(StatedIdentity::parseOne).collect(Collectors.toUnmodifiableSet());
  }

  private static StatedIdentity parseOne(String text) {
    int between = text.indexOf(BETWEEN);
    return new StatedIdentity(
        split(text.substring(0, between)), split(text.substring(between + 1)));
  }

  private static List<String> split(String values) {
    return Arrays.stream(values.split(Pattern.quote(SEPARATOR)))
        .filter(value -> !value.isEmpty())
        .collect(Collectors.toList());
  }

  /** Without what is stated. */
  @Override
  public String toString() {
    return "StatedIdentity";
  }
}
