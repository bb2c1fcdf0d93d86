package io.spinexr.cds.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.cds.order.TestProperties;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class CdsPropertiesTest {
  @Test
  void hasDefaultsForEverything() {
    CdsProperties defaults = TestProperties.with(Map.of());

    assertThat(defaults.budget()).isEqualTo(Duration.ofMillis(450));
    assertThat(defaults.maxBody()).isEqualTo(DataSize.ofMegabytes(4));
    assertThat(defaults.lenient()).isFalse();
    assertThat(defaults.authenticate()).isFalse();
    assertThat(defaults.maxTokenLifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(defaults.relevantFor()).isEqualTo(Duration.ofDays(90));
    assertThat(defaults.displayScore()).isEqualTo(0.3);
    assertThat(defaults.respectOverrides()).isTrue();
    assertThat(defaults.clients()).isEmpty();
    assertThat(defaults.spineOrders().codes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "budget # 10ms # spinexr.cds.budget must be from 50ms to 30s",
        "max-body # 1B # spinexr.cds.max-body must be from 1KB to 256MB",
        "max-studies # 0 # spinexr.cds.max-studies must be from 1 to 20",
        "allowed-origins # https://e.org/path # spinexr.cds.allowed-origins must be origins like"
            + " https://ehr.example.org: no path, no *",
        "allowed-origins # * # spinexr.cds.allowed-origins must be origins like"
            + " https://ehr.example.org: no path, no *",
        "relevant-for # -1d # spinexr.cds.relevant-for must be from 0d to 3660d",
        "display-score # 1.1 # spinexr.cds.display-score must be from 0 to 1",
        "max-token-lifetime # 2h # spinexr.cds.max-token-lifetime must be from 1s to 1h",
        "authenticate # true # spinexr.cds.authenticate needs spinexr.cds.clients",
        "clients[0].issuer # https://e.org # spinexr.cds.clients[].name is required for every"
            + " client",
        "spine-orders.codes # 72100 # spinexr.cds.spine-orders.codes must be written system|code",
      })
  void namesTheKeyAndTheRule(String key, String value, String message) {
    assertThatThrownBy(() -> TestProperties.with(Map.of(key, value)))
        .rootCause()
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "http://ehr.example.org/fhir, must use https",
    "ftp://ehr.example.org/fhir, must be an absolute",
    "/fhir, must be an absolute",
    "https://user@ehr.example.org/fhir, must be an absolute",
    "https://ehr.example.org/fhir?a=b, must be an absolute",
  })
  void refusesFhirServersThatWouldLeakTheToken(String url, String rule) {
    assertThatThrownBy(
            () ->
                TestProperties.with(
                    Map.of("clients[0].name", "ehr", "clients[0].fhir-servers[0]", url)))
        .rootCause()
        .hasMessageContaining("spinexr.cds.clients[].fhir-servers of ehr " + rule);
  }

  private static CdsProperties.Client client(String key, String value) {
    return TestProperties.with(Map.of("clients[0].name", "ehr", "clients[0]." + key, value))
        .clients()
        .get(0);
  }

  @Test
  void takesOneKeySetOrSeveralOfAClient() {
    assertThat(client("jwks", "https://e.org/a").jwks())
        .containsExactly(URI.create("https://e.org/a"));
    assertThat(client("jwks", "https://e.org/a, https://e.org/b").jwks())
        .containsExactly(URI.create("https://e.org/a"), URI.create("https://e.org/b"));
    assertThat(client("jwks[0]", "https://e.org/a").jwks()).hasSize(1);
    assertThat(client("tenant", "north").jwks()).isEmpty();
    assertThatThrownBy(() -> client("jwks", "https://e.org/a, http://e.org/b"))
        .rootCause()
        .hasMessage("spinexr.cds.clients[].jwks of ehr must use https, or be on loopback");
  }

  @Test
  void knowsClientsByTheirProduct() {
    assertThat(client("tenant", "north").profile()).isEqualTo(ClientProfile.STANDARD);
    assertThat(client("profile", "epic").profile()).isEqualTo(ClientProfile.EPIC);
    assertThat(client("profile", "oracle").profile()).isEqualTo(ClientProfile.ORACLE);
    assertThatThrownBy(() -> client("profile", "other")).rootCause().hasMessageContaining("other");
  }
}
