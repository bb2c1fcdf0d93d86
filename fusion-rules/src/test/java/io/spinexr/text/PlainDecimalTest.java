package io.spinexr.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainDecimalTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1.50",
        "1E+3",
        "1e-30",
        "0.000000000000000001",
        "123456789012345678",
        "1e100",
        "-0.0e-99"
      })
  void takesWhatPeopleMeasure(String text) {
    assertThat(PlainDecimal.isPlain(text)).isTrue();
    assertThat(PlainDecimal.isReadable(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1E-999999999", "0e999999", "1e101", "-1e-101"})
  void refusesWhatIsLongWhenWrittenOut(String text) {
    assertThat(PlainDecimal.isPlain(text)).isFalse();
    assertThat(PlainDecimal.isPlain(new BigDecimal(text))).isFalse();
  }

  @Test
  void refusesManyDigitsWithoutReadingThem() {
    assertThat(PlainDecimal.isPlain("9".repeat(101))).isFalse();
    assertThat(PlainDecimal.isPlain("1e99999999999999999999")).isFalse();
    String hours = "9".repeat(10_000_000);
    assertThat(PlainDecimal.isPlain(hours)).isFalse();
    assertThat(PlainDecimal.isReadable(hours)).isFalse();
    assertThat(PlainDecimal.isReadable("a" + "9".repeat(200))).isTrue();
  }
}
