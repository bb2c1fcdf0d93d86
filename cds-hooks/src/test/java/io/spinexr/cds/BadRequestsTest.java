package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.wire.Json;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request is said, and nothing of it reaches the analyses. */
class BadRequestsTest {
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static final String SIGN = "/cds-services/spinexr-order-sign";
  private static final String SELECT = "/cds-services/spinexr-order-select";
  private static final String DISPATCH = "/cds-services/spinexr-order-dispatch";
  private static final String VIEW = "/cds-services/spinexr-patient-view";
  private static CdsServer server;

  @BeforeAll
  static void start() {
    server =
        new CdsServer(TestProperties.with(Map.of("budget", "20s", "max-body", "64KB")), ANALYSES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Arguments signing(
      String message, int status, Consumer<ObjectNode> damage, String... resources) {
    ObjectNode request =
        Requests.sign(resources.length == 0 ? new String[] {Requests.SPINE_ORDER} : resources);
    damage.accept(request);
    return arguments(SIGN, request, status, message);
  }

  private static Arguments other(
      String path, ObjectNode request, String message, int status, Consumer<ObjectNode> damage) {
    damage.accept(request);
    return arguments(path, request, status, message);
  }

  private static ObjectNode context(ObjectNode request) {
    return Requests.at(request, "/context");
  }

  private static ObjectNode spineOrder(ObjectNode request) {
    return Requests.at(request, "/context/draftOrders/entry/0/resource");
  }

  private static ObjectNode prefetch(ObjectNode request) {
    return Requests.at(request, "/prefetch");
  }

  private static ObjectNode authorization() {
    return Requests.object(
        """
        {"access_token": "abc", "token_type": "Bearer", "expires_in": 300,
         "scope": "patient/Patient.read", "subject": "spinexr"}
        """);
  }

  private static ObjectNode authorization(ObjectNode request) {
    request.put("fhirServer", "https://ehr.example.org/fhir");
    return (ObjectNode) request.set("fhirAuthorization", authorization()).get("fhirAuthorization");
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(
        signing("hook: is required", 400, r -> r.remove("hook")),
        signing("hook: must be \"order-sign\"", 400, r -> r.put("hook", "patient-view")),
        signing("hook: must be a non-empty string", 400, r -> r.put("hook", 7)),
        signing("hookInstance: is required", 400, r -> r.putNull("hookInstance")),
        signing("hookInstance: must be a UUID", 400, r -> r.put("hookInstance", "12345")),
        signing("context: is required", 400, r -> r.remove("context")),
        signing("context: must be an object", 400, r -> r.put("context", "x")),
        signing("context.userId: is required", 400, r -> context(r).remove("userId")),
        signing(
            "context.userId: must be a reference", 400, r -> context(r).put("userId", "drsmith")),
        signing("context.patientId: is required", 400, r -> context(r).remove("patientId")),
        signing(
            "context.patientId: must be a FHIR id",
            400,
            r -> context(r).put("patientId", "../Practitioner/1")),
        signing(
            "context.patientId: must be a FHIR id", 400, r -> context(r).put("patientId", "..")),
        signing("context.draftOrders: is required", 400, r -> context(r).remove("draftOrders")),
        signing(
            "context.draftOrders.resourceType: must be \"Bundle\"",
            400,
            r -> Requests.at(r, "/context/draftOrders").put("resourceType", "List")),
        signing(
            "context.draftOrders.entry: must be an array",
            400,
            r -> Requests.at(r, "/context/draftOrders").putObject("entry")),
        signing(
            "context.draftOrders.entry[0].resource.resourceType: is required",
            400,
            r -> Requests.at(r, "/context/draftOrders/entry/0/resource").remove("resourceType")),
        signing(
            "context.draftOrders.entry[1].resource.priority: has a value",
            400,
            r -> Requests.at(r, "/context/draftOrders/entry/1/resource").put("priority", "soon"),
            Requests.MEDICATION,
            Requests.SPINE_ORDER),
        signing(
            "context.draftOrders.entry[0].resource.code: must be an object",
            400,
            r -> Requests.at(r, "/context/draftOrders/entry/0/resource").put("code", "XR")),
        signing(
            "context.draftOrders.entry[0].resource.code.coding: must be an array",
            400,
            r -> spineOrder(r).putObject("code").putObject("coding").put("code", "24972-2")),
        signing(
            "context.draftOrders.entry[1].resource.code.coding[0].display: must be a non-empty",
            400,
            r ->
                Requests.at(r, "/context/draftOrders/entry/1/resource/code/coding/0")
                    .put("display", 5),
            Requests.BLOOD_ORDER,
            Requests.SPINE_ORDER),
        signing(
            "context.draftOrders.entry[0].resource.status: has a value that is none of draft",
            400,
            r -> spineOrder(r).put("status", "drafty")),
        signing(
            "context.draftOrders.entry[0].resource.doNotPerform: must be true or false",
            400,
            r -> spineOrder(r).put("doNotPerform", "yes")),
        signing(
            "context.draftOrders.entry[0].resource.id: must be a FHIR id",
            400,
            r -> spineOrder(r).put("id", "../order-1")),
        signing(
            "context.draftOrders.entry[0].resource.id: must be a FHIR id",
            400,
            r -> spineOrder(r).put("id", "e".repeat(257))),
        signing(
            "context.draftOrders.entry[0].resource.identifier[0].value: must be a non-empty",
            400,
            r ->
                Requests.at(r, "/context/draftOrders/entry/0/resource/identifier/0")
                    .put("value", 77)),
        signing(
            "context.draftOrders.entry[0].resource.subject.reference: is required",
            400,
            r -> Requests.at(r, "/context/draftOrders/entry/0/resource").remove("subject")),
        signing(
            "context.draftOrders.entry[0].resource.subject.reference: must be the patient",
            400,
            r ->
                Requests.at(r, "/context/draftOrders/entry/0/resource/subject")
                    .put("reference", "Patient/someone-else")),
        signing(
            "prefetch.patient: must be the resource that the context names",
            400,
            r -> Requests.at(r, "/prefetch/patient").put("id", "someone-else")),
        signing(
            "prefetch.patient.gender: has a value",
            400,
            r -> Requests.at(r, "/prefetch/patient").put("gender", "unclear")),
        signing(
            "prefetch.patient.birthDate: has a value",
            400,
            r -> Requests.at(r, "/prefetch/patient").put("birthDate", "4th of July")),
        signing(
            "prefetch.patient.birthDate: has a value",
            400,
            r -> Requests.at(r, "/prefetch/patient").put("birthDate", 19610704)),
        signing(
            "prefetch.patient.birthDate: has a value",
            400,
            r -> Requests.at(r, "/prefetch/patient").put("birthDate", "")),
        signing(
            "prefetch.patient.identifier: must be an array",
            400,
            r -> Requests.at(r, "/prefetch/patient").put("identifier", "MRN-77")),
        signing(
            "prefetch.patient.identifier[0].value: must be a non-empty string",
            400,
            r -> Requests.at(r, "/prefetch/patient/identifier/0").put("value", 77)),
        signing("prefetch: must be an object", 400, r -> r.put("prefetch", true)),
        signing("prefetch.patient: must be an object", 400, r -> prefetch(r).put("patient", 1)),
        signing(
            "prefetch.patient: is missing, and there is no fhirServer",
            412,
            r -> prefetch(r).remove("patient")),
        signing("prefetch.patient: is missing", 412, r -> r.remove("prefetch")),
        signing("prefetch.patient: is null", 412, r -> prefetch(r).putNull("patient")),
        signing(
            "prefetch.patient: is an OperationOutcome",
            412,
            r -> prefetch(r).putObject("patient").put("resourceType", "OperationOutcome")),
        signing(
            "prefetch.patient: is missing, and fhirServer is none of the registered ones",
            412,
            r -> {
              r.remove("prefetch");
              r.put("fhirServer", "https://169.254.169.254/latest");
            }),
        signing("fhirServer: must be an absolute", 400, r -> r.put("fhirServer", "/fhir")),
        signing("fhirServer: must be an absolute", 400, r -> r.put("fhirServer", "file:///etc")),
        signing(
            "fhirServer: must be an absolute",
            400,
            r -> r.put("fhirServer", "https://ehr.example.org@evil.example.org/fhir")),
        signing(
            "fhirServer: must be an absolute",
            400,
            r -> r.put("fhirServer", "https://ehr.example.org/fhir/%2E%2e/admin")),
        signing(
            "fhirServer: is required with fhirAuthorization",
            400,
            r -> r.set("fhirAuthorization", authorization())),
        signing(
            "fhirAuthorization.patient: must be context.patientId",
            400,
            r -> authorization(r).put("patient", "someone-else")),
        other(
            SELECT,
            Requests.select("ServiceRequest/order-1", Requests.SPINE_ORDER),
            "context.selections: is required",
            400,
            r -> context(r).remove("selections")),
        other(
            SELECT,
            Requests.select("order-1", Requests.SPINE_ORDER),
            "context.selections[0]: must be a reference",
            400,
            r -> {}),
        other(
            DISPATCH,
            Requests.dispatch(Requests.SPINE_ORDER),
            "context.dispatchedOrders: is required",
            400,
            r -> context(r).remove("dispatchedOrders")),
        other(
            DISPATCH,
            Requests.dispatch(Requests.SPINE_ORDER),
            "context.dispatchedOrders: must name an order",
            400,
            r -> context(r).putArray("dispatchedOrders")),
        other(
            DISPATCH,
            Requests.dispatch(Requests.SPINE_ORDER),
            "prefetch.orders: is missing",
            412,
            r -> prefetch(r).remove("orders")),
        other(
            DISPATCH,
            Requests.dispatch(Requests.SPINE_ORDER),
            "prefetch.orders: is missing",
            412,
            r -> prefetch(r).set("orders", Requests.bundle())),
        other(
            VIEW,
            Requests.view(),
            "context.userId: is required",
            400,
            r -> context(r).remove("userId")),
        other(
            VIEW, Requests.view(), "prefetch.patient: is missing", 412, r -> r.remove("prefetch")));
  }

  @ParameterizedTest(name = "{3} ({2})")
  @MethodSource("badRequests")
  void namesTheFieldAndTheRule(String path, ObjectNode request, int status, String message) {
    ANALYSES.forget();

    HttpResponse<String> response = server.post(path, request.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode outcome = Json.read(response.body().getBytes(StandardCharsets.UTF_8));
    assertThat(outcome.get("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(outcome.at("/issue/0/severity").asText()).isEqualTo("error");
    assertThat(outcome.at("/issue/0/diagnostics").asText()).startsWith(message);
    assertThat(outcome.at("/issue/0/expression/0").asText())
        .isEqualTo(message.substring(0, message.indexOf(": ")));
    assertThat(response.body()).doesNotContain("Weatherwax", "MRN-77", "someone-else");
    assertThat(ANALYSES.orders).isEmpty();
    assertThat(ANALYSES.ends).isEmpty();
    assertThat(ANALYSES.viewed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"hook\": \"order-sign\",}",
        "{\"hook\": \"order-sign\"} {}",
        "{\"context\": {\"patientId\": \"1\", \"patientId\": \"2\"}}",
        "{\"hook\": nul}",
      })
  void refusesWhatIsNoJsonObject(String body) {
    HttpResponse<String> response = server.post(SIGN, body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("OperationOutcome", "the body");
  }

  @Test
  void saysWhereJsonIsMalformed() {
    assertThat(server.post(SIGN, "{\n  \"hook\": oops}").body()).contains("line 2, column 1");
  }

  @Test
  void refusesNestingThatWouldExhaustTheStack() {
    String deep = "{\"a\":".repeat(5000) + "1" + "}".repeat(5000);
    assertThat(server.post(SIGN, deep).statusCode()).isEqualTo(400);
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    byte[] body = Requests.sign(Requests.SPINE_ORDER).toString().getBytes(StandardCharsets.UTF_8);
    body[body.length / 2] = (byte) 0xFF;

    HttpRequest request =
        HttpRequest.newBuilder(server.uri(SIGN))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build();

    assertThat(server.send(request).statusCode()).isEqualTo(400);
  }

  @Test
  void knowsNoOtherService() {
    for (String path : new String[] {"/cds-services/none", "/cds-services/none/feedback"}) {
      HttpResponse<String> response = server.post(path, "{}");
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).contains("there is no such service");
    }
  }

  @Test
  void refusesABodyOverTheLimitWithAndWithoutAnnouncedLength() {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    ArrayNode padding = request.putObject("extension").putArray("padding");
    for (int i = 0; i < 10_000; i++) {
      padding.add("padding");
    }
    byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder post =
        HttpRequest.newBuilder(server.uri(SIGN)).header("Content-Type", "application/json");

    HttpResponse<String> announced =
        server.send(post.copy().POST(BodyPublishers.ofByteArray(body)).build());
    HttpResponse<String> chunked =
        server.send(
            post.POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build());

    for (HttpResponse<String> response : List.of(announced, chunked)) {
      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.body()).contains("65536 bytes (spinexr.cds.max-body)");
    }
  }

  @Test
  void givesABodyToErrorsThatJerseyFinds() {
    HttpResponse<String> media =
        server.send(
            HttpRequest.newBuilder(server.uri(SIGN))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}"))
                .build());
    HttpResponse<String> method =
        server.send(HttpRequest.newBuilder(server.uri(SIGN)).DELETE().build());

    assertThat(media.statusCode()).isEqualTo(415);
    assertThat(media.body()).contains("OperationOutcome");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.body()).contains("OperationOutcome");
  }

  @Test
  void acceptsSloppyIdsOnlyWhenLenient() {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    request.put("hookInstance", "12345");
    context(request).put("userId", "drsmith");
    RecordingAnalyses analyses = new RecordingAnalyses();
    try (CdsServer lenient =
        new CdsServer(TestProperties.with(Map.of("lenient", "true", "budget", "20s")), analyses)) {
      assertThat(lenient.post(SIGN, request.toString()).statusCode()).isEqualTo(200);
      assertThat(analyses.orders).hasSize(1);
    }
    assertThat(server.post(SIGN, request.toString()).statusCode()).isEqualTo(400);
  }
}
