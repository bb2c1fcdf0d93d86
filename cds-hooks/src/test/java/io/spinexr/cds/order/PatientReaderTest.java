package io.spinexr.cds.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.cds.CdsServer;
import io.spinexr.cds.Requests;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.PatientIdentity;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.PatientStatement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On 2026-03-01. */
class PatientReaderTest {
  private final PatientReader reader = new PatientReader(CdsServer.CLOCK);

  private static JsonObject patient(String elements) {
    return new JsonObject(
        "prefetch.patient",
        Requests.object("{\"resourceType\": \"Patient\", \"id\": \"1\", %s}".formatted(elements)));
  }

  private PatientIdentity identity(String elements) {
    return reader.identity("1", patient(elements));
  }

  @ParameterizedTest
  @CsvSource({
    "1971, 1971",
    "1971-03, 1971-03",
    "1971-03-03, 1971-03-03",
    "1971-03-03T00:00:00, 1971-03-03",
    "1971-03-03T00:00, 1971-03-03",
    "1971-03-03T00:00:00.000, 1971-03-03",
    "1971-03-03T00:00:00Z, 1971-03-03",
    "1971-03-03T00:00:00.000Z, 1971-03-03",
    "1971-03-03T00:00:00+01:00, 1971-03-03",
    "1971-03-03T00:00:00.000-0500, 1971-03-03",
    "1971-03-03T00:00:00+00:00, 1971-03-03",
    "1971-03-03T12:00:00, 1971-03-03",
    "1972-02-29T00:00:00, 1972-02-29",
  })
  void readsTheDayThatABirthDateStates(String text, String expected) {
    assertThat(identity("\"birthDate\": \"%s\"".formatted(text)).birthDate())
        .map(BirthDate::toString)
        .contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"1971-03-02T23:00:00Z\"",
        "\"1971-03-03T00:00:01Z\"",
        "\"1971-03-02T23:00:00+00:00\"",
        "\"1971-03-02T23:00:00+01:00\"",
        "\"1971-03-03T24:00:00\"",
        "\"1971-03-03T\"",
        "\"1971-03-03 00:00:00\"",
        "\"1971-02-29\"",
        "\"1971-02-29T00:00:00\"",
        "\"1971-13\"",
        "\"1971-00-00\"",
        "\"0001-01-01\"",
        "\"19710303\"",
        "\"03/03/1971\"",
        "\"3 March 1971\"",
        "\"1971-3-3\"",
        "\" 1971-03-03\"",
        "\"unknown\"",
        "\"\"",
        "19710303",
        "true",
        "[\"1971-03-03\"]",
        "{}",
      })
  void refusesABirthDateThatIsNoCertainDay(String json) {
    assertThatThrownBy(() -> identity("\"birthDate\": " + json))
        .isInstanceOf(CdsException.class)
        .hasMessageStartingWith("prefetch.patient.birthDate: ")
        .hasMessageNotContaining("1971");
  }

  @Test
  void knowsNoBirthDateWhereNoneIsStated() {
    assertThat(identity("\"birthDate\": null").birthDate()).isEmpty();
    assertThat(identity("\"_birthDate\": {\"extension\": []}").birthDate()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"male, M", "female, F", "other, O"})
  void readsTheSexAsDicomWritesIt(String gender, String sex) {
    assertThat(identity("\"gender\": \"%s\"".formatted(gender)).sex()).contains(sex);
  }

  @Test
  void knowsNoSexWhereItIsUnknownOrEmpty() {
    assertThat(identity("\"gender\": \"unknown\"").sex()).isEmpty();
    assertThat(identity("\"gender\": \"\"").sex()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', true",
    "\"use\": \"official\", true",
    "\"use\": \"old\", false",
    "\"period\": {\"start\": \"2020\"}, true",
    "\"period\": {\"end\": \"2026\"}, true",
    "\"period\": {\"end\": \"2026-03\"}, true",
    "\"period\": {\"end\": \"2026-03-01\"}, true",
    "\"period\": {\"end\": \"2026-03-01T00:00:00Z\"}, true",
    "\"period\": {\"end\": \"2026-02-28\"}, false",
    "\"period\": {\"end\": \"2026-02\"}, false",
    "\"period\": {\"end\": \"2025\"}, false",
    "\"period\": {\"end\": \"11/26/2026\"}, false",
    "\"period\": {\"end\": 2027}, false",
  })
  void takesIdentifiersThatAreInForce(String elements, boolean expected) {
    String identifier =
        "\"identifier\": [{\"system\": \"urn:a\", \"value\": \"1\"%s}]"
            .formatted(elements == null || elements.isEmpty() ? "" : ", " + elements);

    assertThat(identity(identifier).identifiers())
        .isEqualTo(expected ? List.of(new PatientIdentifier("urn:a", "1")) : List.of());
  }

  @Test
  void passesOverWhatIsNotUsed() {
    PatientIdentity identity =
        identity(
            """
            "identifier": [null, {}, {"value": "1"}, {"system": "urn:a"},
              {"system": "", "value": "2"}, {"system": "urn:a", "value": "3", "type": "MR"},
              {"system": "urn:a", "value": "3", "assigner": 5}],
            "name": "Weatherwax", "telecom": 5, "active": "maybe", "contact": {}, "link": [7],
            "text": {"div": "<div><br></div>"}, "deceasedDateTime": "11/26/2026", "odd": [[]]
            """);

    assertThat(identity.identifiers()).containsExactly(new PatientIdentifier("urn:a", "3"));
  }

  @ParameterizedTest
  @CsvSource({
    "'[{\"family\": \"A\"}, {\"family\": \"B\", \"use\": \"usual\"}, {\"family\": \"C\", \"use\":"
        + " \"official\"}]', C",
    "'[{\"family\": \"A\"}, {\"family\": \"B\", \"use\": \"usual\"}]', B",
    "'[{\"family\": \"A\"}, {\"family\": \"B\"}]', A",
    "'[{\"family\": \"A\", \"use\": \"old\"}, {\"family\": \"B\", \"use\": \"nickname\"}]', B",
    "'[{\"family\": \"A\", \"use\": \"maiden\"}]', ''",
    "'[{\"text\": \"A\"}, {\"family\": 5}, {\"family\": \" \"}, 7, null]', ''",
    "'{\"family\": \"A\"}', ''",
    "'\"A\"', ''",
  })
  void statesTheNameThatThePatientGoesBy(String names, String family) {
    JsonObject patient = patient("\"name\": " + names);

    PatientStatement statement = reader.statement(patient, reader.identity("1", patient));

    assertThat(statement.name().map(PatientStatement.Name::family).orElse("")).isEqualTo(family);
  }

  @Test
  void statesWhoThePatientIsAndWhen() {
    JsonObject patient = new JsonObject("prefetch.patient", Requests.object(Requests.PATIENT));

    PatientStatement statement = reader.statement(patient, reader.identity("1288992", patient));

    assertThat(statement)
        .isEqualTo(
            new PatientStatement(
                List.of(new PatientIdentifier("urn:oid:1.2.36.146.595.217.0.1", "MRN-77")),
                Optional.of(new PatientStatement.Name("Weatherwax", List.of("Esmerelda"))),
                Optional.of(new BirthDate(1961, 7, 4)),
                Optional.of("F"),
                CdsServer.CLOCK.instant()));
    assertThat(statement + statement.name().toString())
        .doesNotContain("Weatherwax", "Esmerelda", "MRN", "1961");
  }
}
