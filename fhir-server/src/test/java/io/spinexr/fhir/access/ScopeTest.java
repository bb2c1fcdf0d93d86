package io.spinexr.fhir.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.fhir.access.Scope.Context;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scopes as SMART App Launch 1.0 and 2.2 write them, and what looks like one. */
class ScopeTest {
  @ParameterizedTest
  @CsvSource({
    // The table of section 2.2.6 of version 2.2: what a scope of version 1 means.
    "patient/Observation.read,  PATIENT, Observation, READ SEARCH",
    "user/Observation.write,    USER,    Observation, CREATE UPDATE DELETE",
    "system/*.*,                SYSTEM,  *,           CREATE READ UPDATE DELETE SEARCH",
    "patient/*.read,            PATIENT, *,           READ SEARCH",
    "system/Task.cruds,         SYSTEM,  Task,        CREATE READ UPDATE DELETE SEARCH",
    "patient/Observation.rs,    PATIENT, Observation, READ SEARCH",
    "user/Observation.c,        USER,    Observation, CREATE",
    "user/Task.us,              USER,    Task,        UPDATE SEARCH",
    "system/*.d,                SYSTEM,  *,           DELETE"
  })
  void readsBothVersions(String text, Context context, String type, String interactions) {
    Scope scope = Scope.parse(text).orElseThrow();
    assertThat(scope.context()).isEqualTo(context);
    assertThat(scope.type()).isEqualTo(type);
    assertThat(scope.interactions())
        .isEqualTo(
            Set.of(interactions.split(" ")).stream()
                .map(Interaction::valueOf)
                .collect(Collectors.toSet()));
    assertThat(scope.query()).isEmpty();
  }

  @Test
  void readsTheConditionsOfGranularScopes() {
    String vitals = "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs";
    assertThat(Scope.parse("patient/Observation.rs?category=" + vitals).orElseThrow().query())
        .isEqualTo(Map.of("category", vitals));
    assertThat(
            Scope.parse(
                    "patient/Observation.rs?category=http%3A%2F%2Fterminology.hl7.org%2FCodeSystem"
                        + "%2Fobservation-category%7Cvital-signs&status=final")
                .orElseThrow()
                .query())
        .isEqualTo(Map.of("category", vitals, "status", "final"));
  }

  /** To read less of it than it says would be to allow more. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "openid",
        "launch/patient",
        "patient/Observation",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Observation.rr",
        "patient/Observation.rsx",
        "patient/Observation.reads",
        "patient/Observation.read?",
        "patient/observation.read",
        "patient/Obs*.read",
        "Patient/Observation.read",
        "patients/Observation.read",
        "patient//Observation.read",
        "patient/Observation/1.read",
        "patient/Observation.rs?category",
        "patient/Observation.rs?category=",
        "patient/Observation.rs?category=a&category=b",
        "patient/Observation.rs?category=a&",
        "patient/Observation.rs?category=a#b",
        "patient/Observation.rs?category:not=a",
        "patient/Observation.rs?subject:Patient=1",
        "patient/Observation.rs?patient.birthdate=2000",
        "patient/Observation.rs?_id=1",
        "patient/Observation.rs?_has:Provenance:target:agent=1",
        "patient/*.rs?category=a",
        "patient/Observation.rs?category=a user/*.*",
        "system/*.cruds\n"
      })
  void takesNothingElseForAScope(String text) {
    assertThat(Scope.parse(text)).isEmpty();
  }

  @Test
  void isUnlimitedOnlyWithoutPatientAndCondition() {
    assertThat(Scope.parse("system/Task.rs").orElseThrow().unlimited()).isTrue();
    assertThat(Scope.parse("user/Task.rs").orElseThrow().unlimited()).isTrue();
    assertThat(Scope.parse("patient/Task.rs").orElseThrow().unlimited()).isFalse();
    assertThat(Scope.parse("system/Task.rs?status=requested").orElseThrow().unlimited()).isFalse();
  }
}
