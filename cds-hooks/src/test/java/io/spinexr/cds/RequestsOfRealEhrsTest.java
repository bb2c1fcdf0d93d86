package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.ImagingOrder;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What real EHRs send is answered, as long as what is wrong with it is not used. */
class RequestsOfRealEhrsTest {
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static final String LONG_ID = "eAb3.dE-9xYz0".repeat(15);

  private static final String CALL =
      """
      {"hook": "%s", "hookInstance": "22561bad-c2b8-43f3-ad8e-46561d6fe68f",
       "context": {"userId": "Practitioner/p9", "patientId": "pt234", %s},
       "prefetch": {"patient": %s}%s}
      """;

  private static final String PATIENT =
      """
      {"resourceType": "Patient", "id": "pt234", "gender": "female", "birthDate": "1948-10-25",
       "identifier": [{"system": "urn:oid:1.2.3.4.5", "value": "PHANTOM-234"}]}
      """;

  private static final String ORDER =
      """
      {"resourceType": "ServiceRequest", "id": "o1", "status": "draft",
       "code": {"coding": [{"system": "http://loinc.org", "code": "24972-2"}]},
       "subject": {"reference": "Patient/pt234"}%s}
      """;

  private static CdsServer server;

  @BeforeAll
  static void start() {
    server = new CdsServer(TestProperties.with(Map.of("budget", "20s")), ANALYSES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    ANALYSES.forget();
  }

  private static String order(String more) {
    return ORDER.formatted(more);
  }

  private static String drafts(String entries) {
    return "\"draftOrders\": {\"resourceType\": \"Bundle\", \"entry\": [%s]}".formatted(entries);
  }

  private static String entry(String resource) {
    return "{\"resource\": %s}".formatted(resource);
  }

  private static String sign(String entries) {
    return CALL.formatted("order-sign", drafts(entries), PATIENT, "");
  }

  private static Arguments signing(String what, String... entries) {
    return arguments(what, sign(String.join(",", entries)));
  }

  private static Arguments ordering(String what, String more) {
    return signing(what, entry(order(", " + more)));
  }

  private static Arguments beside(String what, String resource) {
    return signing(what, entry(resource), entry(order("")));
  }

  private static Arguments selecting(String what, String selections) {
    return arguments(
        what,
        CALL.formatted(
            "order-select",
            drafts("{\"fullUrl\": \"urn:uuid:1\", \"resource\": %s}".formatted(order("")))
                + ", \"selections\": "
                + selections,
            PATIENT,
            ""));
  }

  private static Arguments calling(String what, String more) {
    return arguments(
        what, CALL.formatted("order-sign", drafts(entry(order(""))), PATIENT, ", " + more));
  }

  private static Arguments inContext(String what, String more) {
    return arguments(
        what, CALL.formatted("order-sign", drafts(entry(order(""))) + ", " + more, PATIENT, ""));
  }

  static Stream<Arguments> answerable() {
    String token = "\"fhirServer\": \"https://ehr.example.org/fhir\", \"fhirAuthorization\": ";
    return Stream.of(
        beside(
            "a date of another order",
            """
            {"resourceType": "ServiceRequest", "id": "lab-1", "code": {"text": "CBC"},
             "authoredOn": "11/26/2026", "subject": {"reference": "Patient/pt234"}}
            """),
        beside(
            "everything else of another order",
            """
            {"resourceType": "ServiceRequest", "id": "a b", "code": {"text": "CBC"},
             "status": 5, "priority": "soon", "doNotPerform": "no", "identifier": "x",
             "subject": {"reference": "Group/1"}, "replaces": "ServiceRequest/o1"}
            """),
        beside(
            "the code of another order",
            "{\"resourceType\": \"ServiceRequest\", \"id\": \"lab-1\", \"code\": \"CBC\"}"),
        beside(
            "codings of another order",
            """
            {"resourceType": "ServiceRequest", "code": {"text": 5, "coding": [null, 7,
              {"system": 1, "code": [], "display": {}}]}}
            """),
        beside("an order without a code", "{\"resourceType\": \"ServiceRequest\", \"id\": \"1\"}"),
        beside("a resource of unknown type", "{\"resourceType\": \"Spell\", \"id\": 9}"),
        beside(
            "another resource",
            "{\"resourceType\": \"MedicationRequest\", \"subject\": 1, \"dosageInstruction\": 2}"),
        signing(
            "an entry without a resource",
            """
            {"fullUrl": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
             "request": {"method": "POST", "url": "ServiceRequest"}}
            """,
            entry(order(""))),
        signing("an entry that is null", "null", "{\"resource\": null}", entry(order(""))),
        signing(
            "a full URL that is none", "{\"fullUrl\": 5, \"resource\": %s}".formatted(order(""))),
        ordering(
            "a narrative in HTML",
            "\"text\": {\"status\": \"generated\", \"div\": \"<div>XR<br></div>\"}"),
        ordering(
            "elements that are not used",
            """
            "authoredOn": "11/26/2026", "intent": "wish", "requester": 5, "performer": {},
            "occurrenceDateTime": "soon", "quantityQuantity": "many", "category": "x", "meta": [],
            "extension": {}, "reasonCode": "pain", "bodySite": "back", "orderDetail": 5,
            "requisition": "R-1", "note": "x", "replaces": "x", "contained": [{"id": 5}], "new": 1
            """),
        ordering(
            "identifiers that are not used",
            """
            "identifier": [{"value": 5}, {"system": 5, "type": "PLAC"}, {"type": {"coding": "x"}},
             {"type": {"coding": [5, {"code": "FILL"}]}, "value": 7}]
            """),
        ordering("an empty priority", "\"priority\": \"\", \"doNotPerform\": null"),
        arguments(
            "an empty display",
            sign(entry(order("").replace("24972-2\"", "24972-2\", \"display\": \"\"")))),
        arguments(
            "an empty text",
            sign(entry(order("").replace("\"code\": {", "\"code\": {\"text\": \" \",")))),
        selecting(
            "a selection that is gone", "[\"ServiceRequest/o1\", \"MedicationRequest/gone\"]"),
        selecting("selections of other types", "[\"Medication/a b\", \"ServiceRequest/o1\"]"),
        selecting(
            "a selection that is gone first", "[\"ServiceRequest/o9\", \"ServiceRequest/o1\"]"),
        selecting("a selected version", "[\"ServiceRequest/o1/_history/2\"]"),
        selecting("an entry selected by its URL", "[\"urn:uuid:2\", \"urn:uuid:1\"]"),
        calling(
            "a token's lifetime as text",
            token
                + "{\"access_token\": \"a\", \"token_type\": \"Bearer\", \"expires_in\": \"300\"}"),
        calling("no access token", token + "{\"token_type\": \"Bearer\", \"expires_in\": 300}"),
        calling(
            "a useless token",
            token + "{\"access_token\": \"a b\", \"token_type\": 5, \"patient\": 7}"),
        calling("a token of another kind", token + "\"secret\""),
        calling("unknown fields", "\"extension\": 5, \"version\": [], \"fhirServer\": null"),
        inContext("an encounter that is none", "\"encounterId\": 5"),
        inContext("what another hook has", "\"performer\": 5, \"fulfillmentTasks\": \"none\""),
        arguments(
            "another key of the prefetch",
            sign(entry(order(""))).replace("\"patient\":", "\"orders\": 5, \"patient\":")),
        arguments(
            "elements of the patient that are not used",
            sign(entry(order("")))
                .replace(
                    "\"gender\"", "\"name\": \"W\", \"telecom\": 5, \"link\": {}, \"gender\"")),
        arguments("a draft that is no object", sign("5, " + entry(order("")))),
        arguments("a resource that is no object", sign("{\"resource\": []}, " + entry(order("")))),
        arguments("a resource of no type", sign("{\"resource\": {}}, " + entry(order("")))),
        arguments(
            "identifiers without system or value",
            sign(entry(order("")))
                .replace("\"identifier\": [", "\"identifier\": [{\"value\": \"7\"}, {},")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answerable")
  void answersTheOrderBesideWhatIsNotUsed(String what, String call) {
    HttpResponse<String> response = post(call);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(ANALYSES.orders).extracting(ImagingOrder::id).containsExactly("o1");
    assertThat(ANALYSES.ends).isEmpty();
  }

  private static HttpResponse<String> post(String call) {
    String hook = Requests.object(call).get("hook").asText();
    return server.post("/cds-services/spinexr-" + hook, call);
  }

  @Test
  void takesIdsOf195Characters() {
    String call =
        CALL.formatted(
            "order-select",
            drafts(entry(order("").replace("\"o1\"", "\"" + LONG_ID + "\"")))
                + ", \"selections\": [\"ServiceRequest/%s\"]".formatted(LONG_ID),
            PATIENT,
            "");

    assertThat(post(call).statusCode()).isEqualTo(200);
    assertThat(ANALYSES.orders).extracting(ImagingOrder::id).containsExactly(LONG_ID);
  }

  @Test
  void takesAPatientWithALongId() {
    String call = sign(entry(order(""))).replace("pt234", "a_" + LONG_ID);

    assertThat(post(call).statusCode()).isEqualTo(200);
    assertThat(ANALYSES.orders.get(0).patient().fhirId()).isEqualTo("a_" + LONG_ID);
  }

  @Test
  void answersADraftWithoutEntries() {
    String call = CALL.formatted("order-sign", drafts("").replace(", \"entry\": []", ""), "1", "");

    assertThat(post(call).body()).isEqualTo("{\"cards\":[]}");
  }

  @Test
  void answersNothingWhenNoSelectionIsInTheDraft() {
    ObjectNode call = Requests.select("ServiceRequest/gone", Requests.SPINE_ORDER);

    assertThat(post(call.toString()).body()).isEqualTo("{\"cards\":[]}");
    assertThat(ANALYSES.orders).isEmpty();
  }

  @Test
  void readsABirthDateWithATimeAsTheDay() {
    post(sign(entry(order(""))).replace("1948-10-25", "1971-03-03T00:00:00"));

    assertThat(ANALYSES.orders.get(0).patient().birthDate()).contains(new BirthDate(1971, 3, 3));
  }

  @Test
  void answersTheDispatchedOrdersThatItCanHave() {
    String prefetch =
        "{\"resourceType\": \"Bundle\", \"entry\": [%s, {\"search\": 1}, {\"resource\": {}}]}"
            .formatted(entry(order("")));
    String call =
        CALL.formatted(
            "order-dispatch",
            "\"dispatchedOrders\": [\"ServiceRequest/lab-9\", \"Task/a b\", \"ServiceRequest/o1\"]",
            PATIENT + ", \"orders\": " + prefetch,
            "");

    HttpResponse<String> response = post(call);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(ANALYSES.orders).extracting(ImagingOrder::id).containsExactly("o1");

    HttpResponse<String> single = post(call.replace(prefetch, order("")));
    assertThat(single.statusCode()).as(single.body()).isEqualTo(200);
    HttpResponse<String> none = post(call.replace(prefetch, "{\"resourceType\": \"Bundle\"}"));
    assertThat(none.statusCode()).isEqualTo(412);
    assertThat(none.body()).contains("prefetch.orders: is missing");
  }

  @Test
  void looksAtEveryDispatchedOrder() {
    StringBuilder names = new StringBuilder();
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      names.append("\"ServiceRequest/lab-%d\", ".formatted(i));
      entries
          .append(entry("{\"resourceType\": \"ServiceRequest\", \"id\": \"lab-%d\"}".formatted(i)))
          .append(", ");
    }
    String call =
        CALL.formatted(
            "order-dispatch",
            "\"dispatchedOrders\": [%s \"ServiceRequest/o1\"]".formatted(names),
            PATIENT
                + ", \"orders\": {\"resourceType\": \"Bundle\", \"entry\": [%s %s]}"
                    .formatted(entries, entry(order(""))),
            "");

    assertThat(post(call).statusCode()).isEqualTo(200);
    assertThat(ANALYSES.orders).extracting(ImagingOrder::id).containsExactly("o1");
  }
}
