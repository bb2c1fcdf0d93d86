package io.spinexr.cds.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.order.FhirServerUrl;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FhirReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "Patient/1, '', Patient/1",
    "Patient/1/_history/3, '', Patient/1",
    "Patient/a_b.c-D, '', Patient/a_b.c-D",
    "https://ehr/fhir/Patient/1, https://ehr/fhir, Patient/1",
    "HTTPS://EHR:443/fhir//Patient/1/_history/3, https://ehr/fhir, Patient/1",
    "https://ehr/Patient/1, https://ehr, Patient/1",
  })
  void knowsServerTypeAndId(String text, String server, String name) {
    FhirReference reference = FhirReference.parse(text).orElseThrow();

    assertThat(reference.name()).isEqualTo(name);
    assertThat(reference.server().map(FhirServerUrl::text).orElse("")).isEqualTo(server);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "Patient",
        "Patient/",
        "/Patient/1",
        "patient/1",
        "Patient/..",
        "Patient/1/..",
        "Patient/1 ",
        "Patient/1?x",
        "Patient?identifier=1",
        "Patient/1/_history",
        "Patient/1/2",
        "#1",
        "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
        "ftp://ehr/Patient/1",
        "https://ehr/../fhir/Patient/1",
        "https://user@ehr/fhir/Patient/1",
        "x/Patient/1",
      })
  void refusesWhatNamesNoResourceOfAServer(String text) {
    assertThat(FhirReference.parse(text)).isEmpty();
  }

  @Test
  void allowsIdsOf256Characters() {
    assertThat(FhirReference.parse("ServiceRequest/" + "e".repeat(256))).isPresent();
    assertThat(FhirReference.parse("ServiceRequest/" + "e".repeat(257))).isEmpty();
  }

  @Test
  void isOnAServerThatItDoesNotContradict() {
    Optional<FhirServerUrl> server = FhirServerUrl.parse("https://ehr/fhir");

    assertThat(FhirReference.parse("Patient/1").orElseThrow().isOn(server)).isTrue();
    FhirReference absolute = FhirReference.parse("https://ehr/fhir/Patient/1").orElseThrow();
    assertThat(absolute.isOn(server)).isTrue();
    assertThat(absolute.isOn(Optional.empty())).isTrue();
    assertThat(absolute.isOn(FhirServerUrl.parse("https://other/fhir"))).isFalse();
  }
}
