package io.spinexr.archive.patient;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DicomDatesTest {
  @ParameterizedTest
  @CsvSource({
    "19710303, 1971-03-03",
    "1971.03.03, 1971-03-03",
    "19710300, 1971-03",
    "197103, 1971-03",
    "1971.03, 1971-03",
    "19710000, 1971",
    "197100, 1971",
    "1971, 1971",
    "20240229, 2024-02-29",
  })
  void readABirthDateAsFarAsItGoes(String text, String birthDate) {
    assertThat(DicomDates.birthDate(text)).isEqualTo(BirthDate.parse(birthDate));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "19711345",
        "19710230",
        "20230229",
        "19710003",
        "00000231",
        "0000",
        "19710303 ",
        "1971-03-03",
        "1971.0303",
        "197103.03",
        "03.03.1971",
        "71",
        "197",
        "19713",
        "1971030",
        "197103031",
        "UNKNOWN",
        "١٩٧١"
      })
  void readNoBirthDateFromAnythingElse(String text) {
    assertThat(DicomDates.birthDate(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "143015, 14:30:15",
    "143015.123456, 14:30:15",
    "1430, 14:30",
    "14, 14:00",
    "14:30:15, 14:30:15",
    "000000, 00:00",
  })
  void readATimeToTheSecond(String text, LocalTime time) {
    assertThat(DicomDates.time(study(Tag.StudyTime, text), Tag.StudyTime)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "9", "143", "240000", "146000", "235960", "noon", "14301", "1430-1500"})
  void readNoTimeFromAnythingElse(String text) {
    assertThat(DicomDates.time(study(Tag.StudyTime, text), Tag.StudyTime)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-0500, -05:00", "+0545, +05:45", "+1400, +14:00", "-1200, -12:00", "+0000, Z"})
  void readTheOffsetOfThePlace(String text, String offset) {
    assertThat(DicomDates.offset(study(Tag.TimezoneOffsetFromUTC, text)))
        .contains(ZoneOffset.of(offset));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "+2500", "abc", "+1401", "-1230", "+0160", "0500", "+05:00", "+5", "+٠٥٠٠"})
  void readNoOffsetFromAnythingElse(String text) {
    assertThat(DicomDates.offset(study(Tag.TimezoneOffsetFromUTC, text))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"20260301, 2026-03-01", "2026.03.01, 2026-03-01", "20260230,", "202603,", "soon,"})
  void readAWholeDate(String text, LocalDate date) {
    assertThat(DicomDates.date(study(Tag.StudyDate, text), Tag.StudyDate).orElse(null))
        .isEqualTo(date);
  }

  @Test
  void readNothingFromWhatIsNoText() {
    DataSet sequences =
        DataSet.builder()
            .putItems(Tag.StudyDate, List.of())
            .putItems(Tag.StudyTime, List.of())
            .putItems(Tag.TimezoneOffsetFromUTC, List.of())
            .build();

    assertThat(DicomDates.date(sequences, Tag.StudyDate)).isEmpty();
    assertThat(DicomDates.time(sequences, Tag.StudyTime)).isEmpty();
    assertThat(DicomDates.offset(sequences)).isEmpty();
    assertThat(DicomDates.offset(DataSet.builder().build())).isEmpty();
  }

  private static DataSet study(int tag, String text) {
    return DataSet.builder().put(tag, text).build();
  }
}
