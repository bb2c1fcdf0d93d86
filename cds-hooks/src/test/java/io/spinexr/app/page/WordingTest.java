package io.spinexr.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class WordingTest {
  @Test
  void tellsTimesInTheZoneOfThePlace() {
    Instant time = Instant.parse("2026-02-28T23:30:59Z");
    assertThat(Wording.time(time, ZoneId.of("Europe/Berlin"))).isEqualTo("2026-03-01 00:30");
    assertThat(Wording.time(time, ZoneId.of("America/Chicago"))).isEqualTo("2026-02-28 17:30");
  }
}
