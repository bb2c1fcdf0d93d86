package io.spinexr.dicomweb.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DicomWebOptionsTest {
  @Test
  void dropsTheSlashAtTheEnd() {
    assertThat(DicomWebOptions.of(URI.create("https://pacs.example/dicom-web/")).baseUrl())
        .hasToString("https://pacs.example/dicom-web");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dicom-web",
        "ftp://pacs.example/",
        "https:///dicom-web",
        "https://user:secret@pacs.example/",
        "https://pacs.example/?key=secret",
        "https://pacs.example/#top"
      })
  void refusesABaseUrlThatIsNotOneWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> DicomWebOptions.of(URI.create(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base URL")
        .hasMessageNotContaining("secret");
  }

  @Test
  void refusesTimesAndCountsThatMakeNoSense() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new Timeouts(second, Duration.ZERO, second))
        .hasMessageContaining("first byte timeout");
    assertThatThrownBy(() -> new Retries(-1, second, second)).hasMessageContaining("retries");
    assertThatThrownBy(() -> new Limits(1, 1, 0, 1)).hasMessageContaining("limits");
    assertThatThrownBy(() -> new Limits(1L << 31, 1, 1, 1)).hasMessageContaining("2 GiB");
    assertThatThrownBy(() -> new Credentials.Bearer("two words")).hasMessageContaining("RFC 6750");
    assertThatThrownBy(() -> new Credentials.Basic("a:b", "c")).hasMessageContaining("user name");
  }
}
