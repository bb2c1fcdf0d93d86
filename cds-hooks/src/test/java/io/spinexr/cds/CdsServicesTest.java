package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.wire.Json;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.Examination;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The services over HTTP, hook by hook. */
class CdsServicesTest {
  private static final String PAGES = "https://ehr.example.org";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static CdsServer server;

  @BeforeAll
  static void start() {
    server =
        new CdsServer(
            TestProperties.with(Map.of("budget", "20s", "allowed-origins[0]", PAGES)), ANALYSES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    ANALYSES.forget();
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.read(response.body().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode cards(String service, ObjectNode request) {
    HttpResponse<String> response = server.post("/cds-services/" + service, request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response).get("cards");
  }

  private static List<String> topics(JsonNode cards) {
    List<String> topics = new ArrayList<>();
    cards.forEach(card -> topics.add(card.at("/source/topic/code").asText()));
    return topics;
  }

  @Test
  void showsNoFindingsWithoutARecordButKeepsTheOrder() {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.normal("1.2.3")), 0);
    JdbcClient database = JdbcClient.create(server.database);
    String call = Requests.sign(Requests.SPINE_ORDER).toString();
    assertThat(json(server.post("/cds-services/spinexr", call)).get("cards")).isNotEmpty();
    assertThat(
            database
                .sql("select count(*) from audit_entry where patient is not null")
                .query(Long.class)
                .single())
        .isPositive();

    database.sql("alter table audit_entry rename to away").update();
    try {
      HttpResponse<String> response = server.post("/cds-services/spinexr", call);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(json(response).get("cards"))
          .extracting(card -> card.get("summary").asText())
          .containsExactly("AI analysis has no answer yet");
    } finally {
      database.sql("alter table away rename to audit_entry").update();
    }
  }

  @Test
  void listsItsServicesWithTheirPrefetch() {
    JsonNode services = json(server.get("/cds-services")).get("services");

    assertThat(services.findValuesAsText("hook"))
        .containsExactly("order-select", "order-sign", "order-dispatch", "patient-view");
    for (JsonNode service : services) {
      assertThat(service.get("id").asText())
          .as("one id, so that clients replace the cards of an earlier hook")
          .isEqualTo("spinexr");
      assertThat(service.at("/prefetch/patient").asText())
          .isEqualTo("Patient/{{context.patientId}}");
      assertThat(service.get("description").asText()).isNotBlank();
      assertThat(service.get("title").asText()).isNotBlank();
      assertThat(service.get("usageRequirements").asText()).isNotBlank();
    }
  }

  /** Prefetch Tokens: a context field of one value, or one of four that identify the user. */
  @Test
  void asksOnlyForPrefetchThatAClientOfVersionTwoCanFill() {
    Map<String, Set<String>> tokens =
        Map.of(
            "order-select", Set.of("context.userId", "context.patientId", "context.encounterId"),
            "order-sign", Set.of("context.userId", "context.patientId", "context.encounterId"),
            "order-dispatch", Set.of("context.patientId", "context.performer"),
            "patient-view", Set.of("context.userId", "context.patientId", "context.encounterId"));
    Set<String> user =
        Set.of(
            "userPractitionerId", "userPractitionerRoleId", "userPatientId", "userRelatedPersonId");

    for (JsonNode service : json(server.get("/cds-services")).get("services")) {
      for (JsonNode template : service.get("prefetch")) {
        List<String> used =
            Pattern.compile("\\{\\{(.*?)}}")
                .matcher(template.asText())
                .results()
                .map(token -> token.group(1))
                .toList();
        assertThat(used).isNotEmpty();
        assertThat(template.asText().replaceAll("\\{\\{.*?}}", "")).doesNotContain("{", "}");
        assertThat(used)
            .as(template.asText())
            .allMatch(
                token ->
                    user.contains(token)
                        || tokens.get(service.get("hook").asText()).contains(token));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ehr-epic.md", "ehr-oracle.md"})
  void hasTheServicesAndThePrefetchThatAreToBeTypedIn(String document) throws IOException {
    String text = Files.readString(Path.of("..", "docs", document));
    List<String> ids =
        Pattern.compile("/(spinexr[a-z-]*)`")
            .matcher(text)
            .results()
            .map(id -> id.group(1))
            .toList();

    assertThat(ids).contains(CdsService.ID).allMatch(CdsService::exists);
    assertThat(CdsService.ALL).allMatch(s -> text.contains(s.prefetch().get(CdsService.PATIENT)));
  }

  @Test
  void answersEachHookUnderItsOldIdToo() {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.normal("1.2.3")), 0);
    Map<String, ObjectNode> requests =
        Map.of(
            "order-select",
            Requests.select("ServiceRequest/order-1", Requests.SPINE_ORDER),
            "order-sign",
            Requests.sign(Requests.SPINE_ORDER),
            "order-dispatch",
            Requests.dispatch(Requests.SPINE_ORDER));
    requests.forEach(
        (hook, request) ->
            assertThat(cards("spinexr-" + hook, request))
                .isEqualTo(cards("spinexr", request))
                .hasSize(1));
    assertThat(server.post("/cds-services/spinexr-order-sign", Requests.view().toString()))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(400);
    assertThat(server.post("/cds-services/spinexr-order-", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void namesTheHooksThatItsServiceKnows() {
    for (ObjectNode request :
        List.of(
            Requests.view().put("hook", "order-review"),
            Requests.view().put("hook", 5),
            Requests.object("{}"))) {
      HttpResponse<String> response = server.post("/cds-services/spinexr", request.toString());

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("hook: ");
    }
    assertThat(
            server
                .post(
                    "/cds-services/spinexr", Requests.view().put("hook", "order-review").toString())
                .body())
        .contains("must be one of order-select, order-sign, order-dispatch, patient-view");
  }

  @Test
  void leavesOneSetOfCardsInASessionThatSelectsSignsAndDispatches() {
    ANALYSES.answer =
        () ->
            RecordingAnalyses.answer(
                List.of(
                    Results.collapse("1.1"),
                    Results.described(Results.normal("1.2"), "HWS"),
                    Results.described(Results.normal("1.3"), "BWS")),
                1);
    Map<String, JsonNode> shown = new HashMap<>();
    for (ObjectNode request :
        List.of(
            Requests.select("ServiceRequest/order-1", Requests.SPINE_ORDER),
            Requests.sign(Requests.SPINE_ORDER),
            Requests.dispatch(Requests.SPINE_ORDER))) {
      // Cards of a service replace those that the same service gave before.
      for (JsonNode service : json(server.get("/cds-services")).get("services")) {
        if (service.get("hook").equals(request.get("hook"))) {
          String id = service.get("id").asText();
          shown.put(id, cards(id, request));
        }
      }
    }

    assertThat(shown).hasSize(1);
    assertThat(topics(shown.get("spinexr")))
        .containsExactly("findings", "other-studies", "running");
  }

  @Test
  void takesTenSpineOrdersAtOnceAndNoMore() {
    String[] orders =
        IntStream.range(0, 11)
            .mapToObj(i -> Requests.SPINE_ORDER.replace("order-1", "order-" + i))
            .toArray(String[]::new);

    cards("spinexr", Requests.sign(Arrays.copyOf(orders, 10)));
    assertThat(ANALYSES.orders).hasSize(10);

    HttpResponse<String> refused =
        server.post("/cds-services/spinexr", Requests.sign(orders).toString());
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("must not hold more than 10 orders");
    assertThat(ANALYSES.orders).as("none of eleven").hasSize(10);
  }

  @Test
  void takesTenDispatchedOrdersAtOnceAndNoMore() {
    for (int count : new int[] {10, 11}) {
      ANALYSES.forget();
      String[] orders =
          IntStream.range(0, count)
              .mapToObj(i -> Requests.SPINE_ORDER.replace("order-1", "order-" + i))
              .toArray(String[]::new);
      ObjectNode request = Requests.dispatch(Requests.SPINE_ORDER);
      ArrayNode names = Requests.at(request, "/context").putArray("dispatchedOrders");
      IntStream.range(0, count).forEach(i -> names.add("ServiceRequest/order-" + i));
      Requests.at(request, "/prefetch").set("orders", Requests.bundle(orders));

      int status = server.post("/cds-services/spinexr", request.toString()).statusCode();

      assertThat(status).isEqualTo(count == 10 ? 200 : 400);
      assertThat(ANALYSES.orders).hasSize(count == 10 ? 10 : 0);
    }
  }

  @Test
  void asksTheAnalysesForASignedSpineOrder() {
    cards("spinexr-order-sign", Requests.sign(Requests.BLOOD_ORDER, Requests.SPINE_ORDER));

    assertThat(ANALYSES.orders).hasSize(1);
    ImagingOrder order = ANALYSES.orders.get(0);
    assertThat(order.id()).isEqualTo("order-1");
    assertThat(order.accessionNumber()).contains("ACC-1");
    assertThat(order.description()).isEqualTo("XR Lumbar spine Views");
    assertThat(order.priority()).isEqualTo(ReadingPriority.ROUTINE);
    assertThat(order.stage()).isEqualTo(OrderStage.SIGNED);
    assertThat(order.named()).isTrue();
    assertThat(order.requesters()).containsExactly("Practitioner/99");
    assertThat(order.source()).isEqualTo("cds-client");
    assertThat(order.patient().fhirId()).isEqualTo("1288992");
    assertThat(order.patient().identifiers())
        .containsExactly(new PatientIdentifier("urn:oid:1.2.36.146.595.217.0.1", "MRN-77"));
    assertThat(order.patient().birthDate()).contains(new BirthDate(1961, 7, 4));
    assertThat(order.patient().sex()).contains("F");
  }

  @Test
  void showsFindingsWithALinkAndASuggestionToRaiseThePriority() {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.collapse("1.2.3")), 0);

    JsonNode card = cards("spinexr-order-sign", Requests.sign(Requests.SPINE_ORDER)).get(0);

    assertThat(card.get("summary").asText())
        .isEqualTo(
            "AI, not a diagnosis: spine X-ray of 2026-02-28: vertebral collapse, osteophytes");
    assertThat(card.get("indicator").asText()).isEqualTo("warning");
    assertThat(card.get("detail").asText())
        .contains("AI result, not a diagnosis")
        .contains("| Vertebral collapse | 81 % | 1 |")
        .contains(
            "image 1 93 % (threshold 40 %), abnormal;"
                + " image 2 5 % (threshold 40 %), no abnormality found.")
        .contains("demo 1.0.0: densenet 1.2.0");
    assertThat(card.at("/links/0/url").asText())
        .isEqualTo("https://spinexr.example.org/xr/studies/1.2.3");
    assertThat(card.at("/links/0/type").asText()).isEqualTo("absolute");
    assertThat(card.get("selectionBehavior").asText()).isEqualTo("at-most-one");
    assertThat(card.get("overrideReasons")).isNotEmpty();
    JsonNode action = card.at("/suggestions/0/actions/0");
    assertThat(action.get("type").asText()).isEqualTo("update");
    ObjectNode raised = Requests.object(Requests.SPINE_ORDER).put("priority", "asap");
    assertThat(action.get("resource").toString())
        .as("the draft as it came, decimals too, but for the priority")
        .isEqualTo(raised.toString());
  }

  @Test
  void suggestsNothingForAnOrderThatIsUrgentEnough() {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.collapse("1.2.3")), 0);
    String stat = Requests.SPINE_ORDER.replace("\"routine\"", "\"stat\"");

    JsonNode card = cards("spinexr-order-sign", Requests.sign(stat)).get(0);

    assertThat(card.has("suggestions")).isFalse();
    assertThat(card.has("selectionBehavior")).isFalse();
  }

  @Test
  void answersOtherOrdersWithoutTouchingAnything() {
    ObjectNode request = Requests.sign(Requests.MEDICATION, Requests.BLOOD_ORDER);
    request.remove("prefetch");

    assertThat(cards("spinexr-order-sign", request)).isEmpty();
    assertThat(ANALYSES.orders).isEmpty();
  }

  @Test
  void looksOnlyAtSelectedOrders() {
    ObjectNode other =
        Requests.select("ServiceRequest/order-2", Requests.SPINE_ORDER, Requests.BLOOD_ORDER);
    assertThat(cards("spinexr-order-select", other)).isEmpty();
    assertThat(ANALYSES.orders).isEmpty();

    cards("spinexr-order-select", Requests.select("ServiceRequest/order-1", Requests.SPINE_ORDER));
    assertThat(ANALYSES.orders)
        .extracting(ImagingOrder::stage)
        .containsExactly(OrderStage.SELECTED);
  }

  @Test
  void readsADispatchedOrderFromThePrefetch() {
    cards("spinexr-order-dispatch", Requests.dispatch(Requests.SPINE_ORDER));

    assertThat(ANALYSES.orders).extracting(ImagingOrder::id).containsExactly("order-1");
    assertThat(ANALYSES.orders.get(0).stage()).isEqualTo(OrderStage.DISPATCHED);
    assertThat(ANALYSES.orders.get(0).requesters()).isEmpty();
  }

  private static ImagingOrder signed(String... elements) {
    ANALYSES.forget();
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    Requests.at(request, "/context/draftOrders/entry/0/resource")
        .setAll(Requests.object("{" + String.join(",", elements) + "}"));
    cards("spinexr-order-sign", request.put("fhirServer", "https://ehr.example.org/fhir"));
    return ANALYSES.orders.get(0);
  }

  @Test
  void knowsThePlacersNumberButNotTheRequisition() {
    String type = "\"type\": {\"coding\": [{\"system\": \"%s\", \"code\": \"%s\"}]}";
    String v2 = "http://terminology.hl7.org/CodeSystem/v2-0203";

    OrderNumbers numbers =
        signed(
                "\"identifier\": [{\"value\": \"1\", %s}, {\"value\": \"2\", %s}, {\"value\": \"3\"}]"
                    .formatted(type.formatted("urn:x", "ACSN"), type.formatted(v2, "PLAC")),
                "\"requisition\": {\"value\": \"4\", %s}".formatted(type.formatted(v2, "PLAC")))
            .numbers();

    assertThat(numbers.placer()).contains("2");
    assertThat(numbers.accession()).isEmpty();
  }

  @Test
  void knowsWhoAskedForAnOrder() {
    assertThat(signed("\"requester\": {\"reference\": \"Practitioner/7/_history/1\"}").requesters())
        .containsExactlyInAnyOrder("Practitioner/99", "Practitioner/7");
    for (String other :
        List.of("Organization/7", "#7", "https://other.example.org/fhir/Practitioner/7")) {
      assertThat(signed("\"requester\": {\"reference\": \"%s\"}".formatted(other)).requesters())
          .containsExactly("Practitioner/99");
    }
  }

  @Test
  void knowsTheSameExaminationAgain() {
    String loinc = "{\"system\": \"http://loinc.org\", \"code\": \"24972-2\"}";
    String local = "{\"system\": \"urn:a\", \"code\": \"LWS\", \"display\": \"L\"}";

    assertThat(signed("\"code\": {\"coding\": [%s, %s]}".formatted(loinc, local)).examination())
        .isEqualTo(new Examination("L", "http://loinc.org|24972-2 urn:a|LWS", SpineRegion.LUMBAR));
    assertThat(
            signed("\"code\": {\"text\": \"x\", \"coding\": [%s, %s]}".formatted(local, loinc))
                .examination())
        .isEqualTo(new Examination("x", "http://loinc.org|24972-2 urn:a|LWS", SpineRegion.LUMBAR));
    assertThat(signed("\"code\": {\"text\": \" XR  Lumbar\\tspine \"}").examination().fingerprint())
        .isEqualTo("xr lumbar spine");
    assertThat(
            signed(
                    "\"bodySite\": [{\"text\": \"Neck \"}]",
                    "\"orderDetail\": [{\"text\": \"2 views\"}]")
                .examination()
                .fingerprint())
        .isEqualTo("http://loinc.org|24972-2 + neck + 2 views");
  }

  @Test
  void spellsTheSourceOfAnOrderInOneWay() {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);

    cards("spinexr-order-sign", request.put("fhirServer", "HTTPS://EHR.example.org:443//fhir/"));
    cards("spinexr-order-sign", request.put("fhirServer", "https://ehr.example.org/fhir"));

    assertThat(ANALYSES.orders.get(0).key()).isEqualTo(ANALYSES.orders.get(1).key());
  }

  @Test
  void believesNothingOfAPatientFromAClientThatMayBeAnybody() {
    cards("spinexr-order-sign", Requests.sign(Requests.SPINE_ORDER));
    cards("spinexr-patient-view", Requests.view());

    assertThat(ANALYSES.statements).isEmpty();
  }

  @Test
  void understandsTheSingleOrderOfVersionOneOfDispatch() {
    ObjectNode request = Requests.dispatch(Requests.SPINE_ORDER);
    ObjectNode context = Requests.at(request, "/context");
    context.remove("dispatchedOrders");
    context.put("order", "ServiceRequest/order-1");

    cards("spinexr-order-dispatch", request);

    assertThat(ANALYSES.orders).hasSize(1);
  }

  @Test
  void showsFinishedResultsInAnOpenedChartWithoutOrderingAnything() {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.normal("1.2.4")), 0);

    JsonNode cards = cards("spinexr-patient-view", Requests.view());

    assertThat(cards).hasSize(1);
    assertThat(cards.at("/0/summary").asText())
        .isEqualTo(
            "AI, not a diagnosis: spine X-ray of 2026-02-28: no abnormality found (probability 12"
                + " %)");
    assertThat(cards.at("/0/indicator").asText()).isEqualTo("info");
    assertThat(ANALYSES.orders).isEmpty();
    assertThat(ANALYSES.viewed).hasSize(1);
  }

  @Test
  void saysWhatIsRunningAndWhatIsMissing() {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(), 2, Notice.values());

    JsonNode cards = cards("spinexr-order-sign", Requests.sign(Requests.SPINE_ORDER));

    assertThat(topics(cards))
        .as("what can be acted on, and one thing to wait for")
        .containsExactly("not-matched", "analysis-failed", "withheld", "running");
    assertThat(cards.findValuesAsText("indicator")).containsOnly("info");
    for (Notice notice : Notice.values()) {
      assertThat(
              server
                  .metrics
                  .counter(
                      "spinexr.cds.notices",
                      "notice",
                      notice.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                  .count())
          .as("operators see all of them")
          .isPositive();
    }
    assertThat(cards.at("/0/links/0/url").asText())
        .isEqualTo("https://spinexr.example.org/xr/orders/key%2F1");
  }

  @Test
  void namesStudiesBeyondTheLimitInOneCard() {
    ANALYSES.answer =
        () ->
            RecordingAnalyses.answer(
                List.of(
                    Results.normal("1.1"),
                    Results.normal("1.2"),
                    Results.normal("1.3"),
                    Results.collapse("1.4"),
                    Results.normal("1.5")),
                0);

    JsonNode cards = cards("spinexr-patient-view", Requests.view());

    assertThat(topics(cards)).containsExactly("findings", "findings", "findings", "other-studies");
    assertThat(cards.at("/0/links/0/url").asText()).as("gravest first").endsWith("/studies/1.4");
    assertThat(cards.at("/3/links").findValuesAsText("url"))
        .containsExactly(
            "https://spinexr.example.org/xr/studies/1.3",
            "https://spinexr.example.org/xr/studies/1.5");
  }

  @Test
  void givesTheSameCardsTheSameIdsWhenACallIsRepeated() {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.collapse("1.2.3")), 1);
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);

    JsonNode first = cards("spinexr-order-sign", request);
    JsonNode again = cards("spinexr-order-sign", request);
    request.put("hookInstance", "00000000-0000-4000-8000-000000000000");
    JsonNode other = cards("spinexr-order-sign", request);

    assertThat(again).isEqualTo(first);
    assertThat(other.findValuesAsText("uuid"))
        .doesNotContainAnyElementsOf(first.findValuesAsText("uuid"));
  }

  @Test
  void turnsAFailingAnalysisIntoACard() {
    ANALYSES.answer =
        () -> {
          throw new IllegalStateException("Esmerelda Weatherwax");
        };

    JsonNode cards = cards("spinexr-order-sign", Requests.sign(Requests.SPINE_ORDER));

    assertThat(topics(cards)).containsExactly("unavailable");
    assertThat(cards.toString()).doesNotContain("Weatherwax");
    assertThat(server.metrics.counter("spinexr.cds.failures").count()).isPositive();
  }

  private static HttpResponse<String> preflight(String path, String origin, String method) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", method)
            .header("Access-Control-Request-Headers", "authorization,content-type")
            .build());
  }

  private static HttpResponse<String> post(String origin) {
    return server.send(
        HttpRequest.newBuilder(server.uri("/cds-services/spinexr-patient-view"))
            .header("Content-Type", "application/json")
            .header("Origin", origin)
            .POST(HttpRequest.BodyPublishers.ofString(Requests.view().toString()))
            .build());
  }

  @Test
  void letsPagesOfRegisteredOriginsCallWithAToken() {
    for (String path : List.of("spinexr-patient-view", "spinexr-order-sign/feedback")) {
      HttpResponse<String> allowed = preflight("/cds-services/" + path, PAGES, "POST");

      assertThat(allowed.statusCode()).isBetween(200, 204);
      assertThat(allowed.headers().firstValue(ALLOW_ORIGIN)).contains(PAGES);
      assertThat(allowed.headers().allValues("Vary")).contains("Origin");
      assertThat(allowed.headers().firstValue("Access-Control-Allow-Methods")).contains("POST");
      assertThat(allowed.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
          .contains("Authorization")
          .contains("Content-Type");
    }
    assertThat(post(PAGES).headers().firstValue(ALLOW_ORIGIN)).contains(PAGES);
    assertThat(post(PAGES).headers().allValues("Vary")).contains("Origin");
    String spelt = "HTTPS://EHR.example.org:443";
    assertThat(post(spelt).headers().firstValue(ALLOW_ORIGIN)).contains(spelt);
  }

  @Test
  void keepsAnswersFromPagesOfOtherOrigins() {
    for (String origin :
        List.of(
            "https://evil.example.org",
            "http://ehr.example.org",
            "https://ehr.example.org:8443",
            "https://ehr.example.org.evil.example",
            "https://ehr.example.org/",
            "null",
            "*")) {
      HttpResponse<String> preflight =
          preflight("/cds-services/spinexr-patient-view", origin, "POST");
      for (HttpResponse<String> response : List.of(preflight, post(origin))) {
        assertThat(response.headers().map().keySet())
            .as(origin)
            .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
        assertThat(response.headers().allValues("Vary")).contains("Origin");
      }
    }
    assertThat(server.get("/cds-services/none").headers().firstValue(ALLOW_ORIGIN)).isEmpty();
  }

  @Test
  void letsPagesOfAnyOriginReadTheDiscovery() {
    assertThat(server.get("/cds-services").headers().firstValue(ALLOW_ORIGIN)).contains("*");
    HttpResponse<String> preflight = preflight("/cds-services", "https://a.example.org", "GET");
    assertThat(preflight.headers().firstValue(ALLOW_ORIGIN)).contains("*");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods")).contains("GET");
  }
}
