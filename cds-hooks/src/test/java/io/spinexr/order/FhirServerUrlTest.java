package io.spinexr.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One server has one spelling, and nothing that could be two servers has any. */
class FhirServerUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://ehr.example.org/fhir, https://ehr.example.org/fhir",
    "HTTPS://EHR.example.org:443//fhir/, https://ehr.example.org/fhir",
    "https://ehr.example.org/fhir///, https://ehr.example.org/fhir",
    "https://ehr.example.org/, https://ehr.example.org",
    "https://ehr.example.org:/R4, https://ehr.example.org/R4",
    "http://EHR:80/fhir, http://ehr/fhir",
    "http://ehr:443/fhir, http://ehr:443/fhir",
    "https://ehr:80/fhir, https://ehr:80/fhir",
    "https://ehr:8443/a//b, https://ehr:8443/a/b",
    "http://[::1]:80/fhir, http://[::1]/fhir",
    "https://ehr/a%20b, https://ehr/a%20b",
    "https://ehr/FHIR, https://ehr/FHIR",
  })
  void spellsAServerInOneWay(String text, String expected) {
    assertThat(new FhirServerUrl(text)).hasToString(expected);
    assertThat(new FhirServerUrl(text)).isEqualTo(new FhirServerUrl(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/fhir",
        "ehr.example.org/fhir",
        "ftp://ehr.example.org/fhir",
        "https:ehr",
        "https:///fhir",
        "https://user@ehr.example.org/fhir",
        "https://ehr.example.org/fhir?a=b",
        "https://ehr.example.org/fhir#a",
        "https://ehr.example.org/fhir/..",
        "https://ehr.example.org/fhir/../admin",
        "https://ehr.example.org/fhir/./admin",
        "https://ehr.example.org/fhir/%2e%2E/admin",
        "https://ehr.example.org/fhir/x%2f..%2fadmin",
        "https://ehr.example.org:99999/fhir",
        "https://ehr.example.org/a b",
      })
  void refusesWhatIsNoPlainAddress(String text) {
    assertThat(FhirServerUrl.parse(text)).isEmpty();
    assertThatThrownBy(() -> new FhirServerUrl(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(FhirServerUrl.RULE);
  }

  @Test
  void refusesAnAddressWithoutEnd() {
    assertThat(FhirServerUrl.parse("https://ehr/" + "a".repeat(2048))).isEmpty();
  }

  @Test
  void leadsToItsResources() {
    assertThat(new FhirServerUrl("https://ehr/fhir/").of("Patient/1"))
        .hasToString("https://ehr/fhir/Patient/1");
  }
}
