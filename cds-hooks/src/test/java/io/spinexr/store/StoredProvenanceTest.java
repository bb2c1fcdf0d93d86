package io.spinexr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.radiograph.Configuration;
import io.spinexr.radiograph.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoredProvenanceTest {
  @Test
  void readsTheFormatOfTodayEver() throws IOException {
    Provenance provenance = StoredProvenance.read(golden());

    assertThat(provenance)
        .isEqualTo(
            new Provenance(
                new Configuration(
                    "0.2.0",
                    "ab".repeat(32),
                    new TreeMap<>(
                        Map.of("device", "1 processor", "spinexr.analysis.max-megapixels", "100"))),
                Map.of("1.2.1.1", "cd".repeat(32), "1.2.1.2", "ef".repeat(32))));
    assertThat(StoredProvenance.write(provenance)).isEqualTo(StoredJson.parse(golden()).toString());
  }

  @Test
  void saysWhatToDoWithADocumentOfALaterFormat() {
    assertThatThrownBy(() -> StoredProvenance.read("{\"format\": 2}"))
        .hasMessageContaining("format 2")
        .hasMessageContaining("run that version");
  }

  private static String golden() throws IOException {
    try (InputStream json =
        StoredProvenanceTest.class.getResourceAsStream("provenance-format-1.json")) {
      return new String(json.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
