package io.spinexr.replay;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
  private static Trace read(String json) {
    return Trace.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"format\": 2, \"studyInstanceUid\": \"1.2\", \"orders\": [], \"results\": [], \"cards\":"
            + " []}",
        "{\"format\": 1, \"studyInstanceUid\": \"Doe\", \"orders\": [], \"results\": [], \"cards\":"
            + " []}",
        "{\"format\": 1, \"studyInstanceUid\": \"1.2\", \"orders\": [], \"results\": []}"
      })
  void refusesWhatIsNoTraceWithoutQuotingIt(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("it is no trace of format 1")
        .hasMessageNotContaining("Doe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"format\": 1}",
        "{\"format\": 1, \"pixelSha256\": {}}",
        "{\"studyUid\": \"1.2\"}"
      })
  void saysThatAResultLacksAPart(String part) {
    Trace.Result result =
        read("""
        {"format": 1, "studyInstanceUid": "1.2", "orders": [], "cards": [], "results": [
          {"modelSet": "demo-1.0.0", "state": "DONE", "findings": %1$s, "provenance": %1$s}]}
        """
                .formatted(part))
            .results()
            .get(0);

    assertThatThrownBy(result::found).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(result::cameFrom).isInstanceOf(IllegalStateException.class);
  }
}
