package io.spinexr.finding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BirthDateTest {
  @ParameterizedTest
  @ValueSource(strings = {"1971", "1971-03", "1971-03-05", "2024-02-29"})
  void readsAndWritesWhatFhirAllows(String text) {
    assertThat(BirthDate.parse(text)).map(BirthDate::toString).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "71",
        "1971-3",
        "1971-13",
        "1971-00",
        "1971-03-00",
        "1971-02-30",
        "2023-02-29",
        "0000",
        "1971-03-05T00:00:00",
        "19710305",
        "1971-03-05 ",
        "٠٠٧١"
      })
  void understandsNothingElse(String text) {
    assertThat(BirthDate.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1971-03-05, 1971-03-05, true",
    "1971-03-05, 1971-03, true",
    "1971-03-05, 1971, true",
    "1971, 1971-12, true",
    "1971-03-05, 1971-03-06, false",
    "1971-03-05, 1971-04, false",
    "1971-03-05, 1972, false",
    "1971-03, 1971-04-05, false"
  })
  void comparesWhatBothState(String a, String b, boolean agree) {
    BirthDate first = BirthDate.parse(a).orElseThrow();
    BirthDate second = BirthDate.parse(b).orElseThrow();
    assertThat(first.agreesWith(second)).isEqualTo(agree);
    assertThat(second.agreesWith(first)).isEqualTo(agree);
  }
}
