package io.spinexr.cds.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.order.TestProperties;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An order is for the patient whose chart is open, in every way of saying so, or is refused. */
class OrderSubjectTest {
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static final String URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
  private static final String SYSTEM = "urn:oid:1.2.36.146.595.217.0.1";
  private static CdsServer server;

  @BeforeAll
  static void start() {
    server =
        new CdsServer(
            TestProperties.with(
                Map.of(
                    "budget",
                    "20s",
                    "clients[0].name",
                    "ehr",
                    "clients[0].fhir-servers[0]",
                    "https://registered.example.org/fhir/")),
            ANALYSES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    ANALYSES.forget();
  }

  private static ObjectNode order(ObjectNode request) {
    return Requests.at(request, "/context/draftOrders/entry/0/resource");
  }

  private static ObjectNode withSubject(String subject) {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    order(request).set("subject", Requests.value(subject));
    return request;
  }

  private static ObjectNode withReference(String reference) {
    return withSubject("{\"reference\": \"%s\"}".formatted(reference));
  }

  private static void accepts(ObjectNode request) {
    HttpResponse<String> response =
        server.post("/cds-services/spinexr-order-sign", request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(ANALYSES.orders).hasSize(1);
  }

  private static void refuses(ObjectNode request, String field) {
    HttpResponse<String> response =
        server.post("/cds-services/spinexr-order-sign", request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("context.draftOrders.entry[0].resource.subject" + field);
    assertThat(ANALYSES.orders).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"reference\": \"Patient/1288992\"}",
        "{\"reference\": \"Patient/1288992/_history/3\"}",
        "{\"reference\": \"Patient/1288992\", \"type\": \"Patient\", \"display\": 5}",
        "{\"identifier\": {\"system\": \"urn:oid:1.2.36.146.595.217.0.1\", \"value\": \"MRN-77\"}}",
        "{\"reference\": \"Patient/1288992\", \"identifier\":"
            + " {\"system\": \"urn:oid:1.2.36.146.595.217.0.1\", \"value\": \"MRN-77\"}}",
        "{\"reference\": \"Patient/1288992\", \"identifier\": {\"value\": \"MRN-77\"}}",
      })
  void acceptsThePatient(String subject) {
    accepts(withSubject(subject));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient/1288993",
        "Patient/1288992x",
        "Patient/1288993/_history/1288992",
        "patient/1288992",
        "Group/1288992",
        "Patient?identifier=MRN-77",
        "1288992",
        "#",
        "#1288992",
        "urn:uuid:1288992",
        "https://elsewhere.example.org/fhir/Patient/1288992",
        "https://user@registered.example.org/fhir/Patient/1288992",
        "https://registered.example.org/fhir/x/../Patient/1288992",
      })
  void refusesAnyoneElse(String reference) {
    refuses(withReference(reference), ".reference: must be the patient of context.patientId");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"identifier\": {\"system\": \"urn:oid:1.2.36.146.595.217.0.1\", \"value\": \"mrn-77\"}}",
        "{\"identifier\": {\"system\": \"urn:oid:1.2.36.146.595.217.0.1\", \"value\":"
            + " \"MRN-OLD\"}}",
        "{\"identifier\": {\"system\": \"urn:oid:1\", \"value\": \"MRN-77\"}}",
        "{\"identifier\": {\"value\": \"MRN-77\"}}",
        "{\"reference\": \"Patient/1288992\", \"identifier\":"
            + " {\"system\": \"urn:oid:1.2.36.146.595.217.0.1\", \"value\": \"MRN-78\"}}",
      })
  void refusesAnIdentifierThatThePatientDoesNotHaveNow(String subject) {
    refuses(withSubject(subject), ".identifier: must be a system and value");
  }

  @Test
  void refusesAReferenceToSomeoneElseBesideThePatientsIdentifier() {
    refuses(
        withSubject(
            "{\"reference\": \"Patient/2\", \"identifier\": {\"system\": \"%s\", \"value\": \"MRN-77\"}}"
                .formatted(SYSTEM)),
        ".reference: must be the patient");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "{\"display\": \"Esmerelda\"}", "{\"reference\": \"\"}"})
  void refusesAnOrderForNobody(String subject) {
    refuses(withSubject(subject), ".reference: is required");
  }

  @Test
  void refusesASubjectOfAnotherKind() {
    refuses(withSubject("\"Patient/1288992\""), ": must be an object");
    refuses(
        withSubject("{\"reference\": \"Patient/1288992\", \"type\": \"Group\"}"),
        ".type: must be Patient");
  }

  @Test
  void acceptsAnAddressOnTheServerOfTheCallOnly() {
    ObjectNode here = withReference("HTTPS://EHR.example.org:443//fhir/Patient/1288992");
    accepts(here.put("fhirServer", "https://ehr.example.org/fhir/"));

    ANALYSES.forget();
    ObjectNode elsewhere = withReference("https://registered.example.org/fhir/Patient/1288992");
    refuses(elsewhere.put("fhirServer", "https://ehr.example.org/fhir"), ".reference: must be");
  }

  @Test
  void acceptsAnAddressOnARegisteredServerWhenTheCallNamesNone() {
    accepts(withReference("https://registered.example.org/fhir/Patient/1288992/_history/2"));
  }

  @Test
  void acceptsTheAddressOfThePrefetchedPatient() {
    ObjectNode request = withReference("https://elsewhere.example.org/fhir/Patient/1288992");
    ObjectNode bundle = Requests.bundle(Requests.PATIENT);
    Requests.at(bundle, "/entry/0")
        .put("fullUrl", "https://elsewhere.example.org/fhir/Patient/1288992");
    Requests.at(request, "/prefetch").set("patient", bundle);
    accepts(request);

    ANALYSES.forget();
    order(request).putObject("subject").put("reference", URN);
    refuses(request, ".reference: must be");
    Requests.at(bundle, "/entry/0").put("fullUrl", URN);
    accepts(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\": \"1288992\"}",
        "{\"id\": \"1288992\", \"identifier\": [{\"system\": \"urn:other\", \"value\": \"7\"}]}",
        "{\"id\": \"p\", \"identifier\": [{\"value\": \"7\"},"
            + " {\"system\": \"urn:oid:1.2.36.146.595.217.0.1\", \"value\": \"MRN-77\"}]}",
      })
  void acceptsAPatientOfTheOrderOrTheDraftWhoIsTheSamePerson(String patient) {
    accepts(withContained(patient));
    ANALYSES.forget();
    accepts(withDraft(patient));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\": \"p\"}",
        "{\"id\": \"p\", \"identifier\": [{\"system\": \"urn:other\", \"value\": \"MRN-77\"}]}",
        "{\"id\": \"1288992\", \"identifier\":"
            + " [{\"system\": \"urn:oid:1.2.36.146.595.217.0.1\", \"value\": \"MRN-78\"}]}",
        "{\"id\": \"1288992\", \"resourceType\": \"Group\"}",
      })
  void refusesAPatientOfTheOrderOrTheDraftWhoMayBeAnother(String patient) {
    refuses(withContained(patient), ".reference: must be the patient");
    refuses(withDraft(patient), ".reference: must be the patient");
  }

  private static ObjectNode patient(String elements) {
    ObjectNode patient = Requests.object(elements);
    return patient.has("resourceType") ? patient : patient.put("resourceType", "Patient");
  }

  private static ObjectNode withContained(String elements) {
    ObjectNode patient = patient(elements);
    ObjectNode request = withReference("#" + patient.get("id").asText());
    order(request).putArray("contained").add(patient);
    return request;
  }

  private static ObjectNode withDraft(String elements) {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER, patient(elements).toString());
    order(request).putObject("subject").put("reference", URN);
    Requests.at(request, "/context/draftOrders/entry/1").put("fullUrl", URN);
    return request;
  }

  @Test
  void doesNotLookAtTheSubjectOfOtherOrders() {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER, Requests.BLOOD_ORDER);
    Requests.at(request, "/context/draftOrders/entry/1/resource/subject")
        .put("reference", "Patient/someone-else");

    accepts(request);
  }

  @Test
  void refusesTheWholeCallForOneSpineOrderOfSomeoneElse() {
    ObjectNode request =
        Requests.sign(
            Requests.SPINE_ORDER.replace("Patient/1288992", "Patient/2"), Requests.SPINE_ORDER);

    refuses(request, ".reference: must be");
  }
}
