package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.order.OrderStage;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.AnalysisService;
import io.spinexr.state.OrderState;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.triage.ReadingPriority;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A morning in a hospital with three EHRs: at every step the cards, the pages and the remembered
 * orders agree.
 */
@TestMethodOrder(OrderAnnotation.class)
class MorningTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Of a phantom in which the demo models find something grave. */
  private static final long GRAVE_SEED = 233;

  private static final String LONG_ID = "eAb3.dE-9xYz0".repeat(15);

  /** The EHRs, one of each profile. */
  private enum Ehr {
    WARD("standard", 300),
    EPIC("epic", 900),
    ORACLE("oracle", 300);

    private final String profile;
    private final int tokenSeconds;

    Ehr(String profile, int tokenSeconds) {
      this.profile = profile;
      this.tokenSeconds = tokenSeconds;
    }

    private String issuer() {
      return "https://%s.example.org".formatted(profile);
    }
  }

  @TempDir private static Path folder;
  private static RSAKey key;
  private static FolderArchive archive;
  private static Server server;

  private static final SyntheticPatient ADA = SyntheticPatient.of(9101);
  private static final SyntheticPatient BEN = SyntheticPatient.of(9102);
  private static final SyntheticPatient CLEO = SyntheticPatient.of(9103);
  private static PhantomFile.Study adas;

  @BeforeAll
  static void open() throws IOException, JOSEException {
    key = new RSAKeyGenerator(2048).keyID("k=").generate();
    Path keys =
        Files.writeString(folder.resolve("keys.json"), new JWKSet(key.toPublicJWK()).toString());
    archive = FolderArchive.start(Files.createDirectory(folder.resolve("images")), 0);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spinexr.data", folder.resolve("data").toString());
    settings.put("spinexr.public-url", "http://127.0.0.1:8080");
    settings.put("spinexr.archive.base-url", archive.baseUrl().toString());
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("spinexr.patient-matching.identifiers[0].system", DemoEhr.PATIENT_SYSTEM);
    settings.put("spinexr.patient-matching.identifiers[0].issuer", SyntheticPatient.ISSUER);
    settings.put("spinexr.search.first-interval", "1s");
    settings.put("spinexr.search.max-interval", "1s");
    settings.put("spinexr.search.fresh-for", "500ms");
    settings.put("spinexr.cds.budget", "5s");
    settings.put("spinexr.cds.authenticate", "true");
    for (Ehr ehr : Ehr.values()) {
      String client = "spinexr.cds.clients[%d].".formatted(ehr.ordinal());
      settings.put(client + "name", ehr.profile);
      settings.put(client + "profile", ehr.profile);
      settings.put(client + "issuer", ehr.issuer());
      settings.put(client + "jwks", keys.toUri().toString());
    }
    settings.put("logging.threshold.console", "ERROR");
    server = Server.start(Optional.empty(), settings);
    adas = study(ADA, 120);
  }

  @AfterAll
  static void close() {
    if (server != null) {
      server.close();
    }
    archive.close();
  }

  /** A study of long ago, or of today, with something grave in it. */
  private static PhantomFile.Study study(SyntheticPatient patient, int daysAgo) {
    PhantomFile.Study study =
        new PhantomFile.Study(patient, "ACC" + patient.id(), LocalDate.now().minusDays(daysAgo));
    assertThat(
            new DicomWebClient(DicomWebOptions.of(archive.baseUrl()))
                .store(
                    List.of(
                        PhantomFile.of(new PhantomGenerator().generate(GRAVE_SEED + 1), study, 1)))
                .complete())
        .isTrue();
    return study;
  }

  private static AnalysisService analyses() {
    return server.part(AnalysisService.class);
  }

  // What EHRs say.

  private static ObjectNode order(SyntheticPatient patient, String id, String priority) {
    ObjectNode order = JSON.createObjectNode().put("resourceType", "ServiceRequest");
    if (!id.isEmpty()) {
      order.put("id", id);
    }
    order.put("status", "draft").put("intent", "order").put("priority", priority);
    order
        .putObject("code")
        .putArray("coding")
        .addObject()
        .put("system", "urn:oid:2.16.840.1.113883.6.1")
        .put("code", "24972-2")
        .put("display", "XR Lumbar spine Views");
    order.putObject("subject").put("reference", "Patient/" + patient.id());
    return order;
  }

  private static ObjectNode call(
      String hook, String user, SyntheticPatient patient, ObjectNode... orders) {
    ObjectNode request =
        JSON.createObjectNode().put("hook", hook).put("hookInstance", UUID.randomUUID().toString());
    ObjectNode context = request.putObject("context").put("patientId", patient.id());
    if (!hook.equals("order-dispatch")) {
      context.put("userId", user);
    }
    ArrayNode entries = JSON.createArrayNode();
    for (ObjectNode order : orders) {
      entries.addObject().set("resource", order);
    }
    ObjectNode bundle = JSON.createObjectNode().put("resourceType", "Bundle");
    bundle.put("type", "collection").set("entry", entries);
    ObjectNode prefetch = request.putObject("prefetch");
    if (hook.equals("order-dispatch")) {
      context.put("performer", "Organization/radiology");
      ArrayNode dispatched = context.putArray("dispatchedOrders");
      for (ObjectNode order : orders) {
        dispatched.add("ServiceRequest/" + order.path("id").asText());
      }
      prefetch.set("orders", bundle);
    } else if (!hook.equals("patient-view")) {
      context.set("draftOrders", bundle);
    }
    if (hook.equals("order-select")) {
      context.putArray("selections").add("ServiceRequest/" + orders[0].path("id").asText());
    }
    ObjectNode resource =
        prefetch
            .putObject("patient")
            .put("resourceType", "Patient")
            .put("id", patient.id())
            .put("gender", patient.sex().equals("F") ? "female" : "male")
            .put("birthDate", patient.birthDate().toString());
    resource
        .putArray("identifier")
        .addObject()
        .put("system", DemoEhr.PATIENT_SYSTEM)
        .put("value", patient.id());
    return request;
  }

  private static String token(Ehr ehr, String audience) throws JOSEException {
    Instant now = Instant.now();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS384).keyID("k=").build(),
            new JWTClaimsSet.Builder()
                .issuer(ehr.issuer())
                .audience(audience)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(ehr.tokenSeconds)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  private static JsonNode post(Ehr ehr, String path, JsonNode body)
      throws IOException, InterruptedException, JOSEException {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(server.address().resolve(path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token(ehr, "http://127.0.0.1:8080" + path))
                .POST(BodyPublishers.ofString(body.toString()))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static List<JsonNode> cards(Ehr ehr, ObjectNode request)
      throws IOException, InterruptedException, JOSEException {
    List<JsonNode> cards = new ArrayList<>();
    post(ehr, "/cds-services/spinexr", request).path("cards").forEach(cards::add);
    return cards;
  }

  private static List<JsonNode> about(List<JsonNode> cards, PhantomFile.Study study) {
    return cards.stream()
        .filter(card -> card.path("overrideReasons").size() > 0)
        .filter(
            card ->
                StreamSupport.stream(card.path("links").spliterator(), false)
                    .anyMatch(link -> link.path("url").asText().endsWith(study.uid())))
        .toList();
  }

  /** Calls until the findings are there, as a clinician who comes back does. */
  private static JsonNode findings(Ehr ehr, ObjectNode request, PhantomFile.Study study) {
    JsonNode card =
        await()
            .atMost(PATIENCE)
            .until(() -> about(cards(ehr, request), study), found -> !found.isEmpty())
            .get(0);
    Outputs.awaitAll(server);
    return card;
  }

  private static void override(Ehr ehr, JsonNode card, String reason)
      throws IOException, InterruptedException, JOSEException {
    ObjectNode body = JSON.createObjectNode();
    ObjectNode entry =
        body.putArray("feedback")
            .addObject()
            .put("card", card.path("uuid").asText())
            .put("outcome", "overridden")
            .put("outcomeTimestamp", Instant.now().toString());
    // Epic's word for it is plural.
    entry
        .putObject(ehr == Ehr.EPIC ? "overrideReasons" : "overrideReason")
        .putObject("reason")
        .put("code", reason)
        .put("system", "https://spinexr.io/fhir/CodeSystem/cds-override-reason");
    post(ehr, "/cds-services/spinexr/feedback", body);
  }

  // What is seen of it elsewhere.

  private static List<RememberedOrder> remembered(SyntheticPatient patient) {
    return orders.stream()
        .flatMap(key -> analyses().worklist().order(key).stream())
        .map(OrderStatus::order)
        .filter(order -> order.order().patient().fhirId().equals(patient.id()))
        .toList();
  }

  private static final List<String> orders = new ArrayList<>();

  /** Looks up every order that the database holds. */
  private static void refreshOrders() {
    orders.clear();
    orders.addAll(
        JdbcClient.create(server.part(DataSource.class))
            .sql("select order_key from imaging_order order by created_at")
            .query(String.class)
            .list());
  }

  private static String page(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(server.address().resolve(path)).build(),
            BodyHandlers.ofString());
    return response.body();
  }

  private static StudyAnalysis kept(PhantomFile.Study study) {
    return analyses().worklist().study(study.uid()).orElseThrow();
  }

  private static JsonNode readingTask(PhantomFile.Study study)
      throws IOException, InterruptedException {
    return JSON.readTree(
            page("/fhir/Task?identifier=" + study.uid() + "/" + kept(study).modelSet()))
        .at("/entry/0/resource");
  }

  @Test
  @Order(1)
  void aDraftThatIsSelectedShowsWhatIsKnownAndWaitsForNothing() throws Exception {
    ObjectNode select =
        call("order-select", "Practitioner/e1", ADA, order(ADA, LONG_ID, "routine"));

    JsonNode card = findings(Ehr.EPIC, select, adas);

    assertThat(card.path("summary").asText()).contains("AI, not a diagnosis");
    assertThat(card.at("/source/topic/code").asText()).matches("[a-z0-9]+");
    refreshOrders();
    assertThat(remembered(ADA))
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.order().stage()).isEqualTo(OrderStage.SELECTED);
              assertThat(order.state()).isEqualTo(OrderState.COMPLETE);
            });
    assertThat(page("/")).contains("/studies/" + adas.uid(), "abnormal");
  }

  @Test
  @Order(2)
  void aSignedOrderIsOneOrderHoweverOftenItIsSigned() throws Exception {
    ObjectNode sign = call("order-sign", "Practitioner/e1", ADA, order(ADA, LONG_ID, "routine"));
    cards(Ehr.EPIC, sign);

    List<JsonNode> again = cards(Ehr.EPIC, sign);

    // Grave and unread, though old: the order should be more urgent, and that is said once.
    assertThat(about(again, adas))
        .singleElement()
        .satisfies(
            card -> {
              assertThat(card.path("suggestions")).hasSize(1);
              JsonNode action = card.at("/suggestions/0/actions/0");
              assertThat(action.at("/resource/id").asText()).isEqualTo(LONG_ID);
              assertThat(action.at("/resource/priority").asText())
                  .isEqualTo(kept(adas).triage().orElseThrow().code())
                  .isNotEqualTo("routine");
            });
    refreshOrders();
    assertThat(remembered(ADA))
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.order().stage()).isEqualTo(OrderStage.SIGNED);
              assertThat(order.order().requesters()).containsExactly("Practitioner/e1");
              assertThat(page("/orders/" + order.order().key()))
                  .contains("The archive is asked again", adas.uid());
            });
  }

  @Test
  @Order(3)
  void draftsWithoutAnIdAreOneOrderOfEverybodyWhoAsked() throws Exception {
    for (String user : List.of("Practitioner/w1", "Practitioner/w2", "Practitioner/w1")) {
      String priority = user.endsWith("2") ? "urgent" : "routine";
      List<JsonNode> cards =
          cards(Ehr.WARD, call("order-sign", user, BEN, order(BEN, "", priority)));
      assertThat(cards).noneMatch(card -> card.path("overrideReasons").size() > 0);
    }

    refreshOrders();
    assertThat(remembered(BEN))
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.order().priority()).isEqualTo(ReadingPriority.URGENT);
              assertThat(order.order().requesters())
                  .containsExactlyInAnyOrder("Practitioner/w1", "Practitioner/w2");
              assertThat(page("/orders/" + order.order().key()))
                  .contains("No spine radiograph is known yet");
            });
    assertThat(page("/fhir/Task?patient.identifier=" + BEN.id())).contains("\"total\":0");
  }

  @Test
  @Order(4)
  void anEscalatedOrderMovesItsStudyUpTheWorklist() throws Exception {
    PhantomFile.Study today = study(CLEO, 0);
    ObjectNode routine = call("order-sign", "Practitioner/w1", CLEO, order(CLEO, "c-1", "routine"));
    findings(Ehr.WARD, routine, today);

    cards(Ehr.WARD, call("order-sign", "Practitioner/w1", CLEO, order(CLEO, "c-1", "stat")));

    await().atMost(PATIENCE).until(() -> kept(today).priority() == ReadingPriority.STAT);
    await()
        .atMost(PATIENCE)
        .until(() -> readingTask(today).path("priority").asText().equals("stat"));
    assertThat(analyses().worklist().inReadingOrder(1).get(0).studyUid()).isEqualTo(today.uid());
    // Nothing is more urgent than stat: no suggestion.
    assertThat(
            about(
                cards(
                    Ehr.WARD,
                    call("order-sign", "Practitioner/w1", CLEO, order(CLEO, "c-1", "stat"))),
                today))
        .singleElement()
        .satisfies(card -> assertThat(card.path("suggestions")).isEmpty());
  }

  @Test
  @Order(5)
  void aDispatchedOrderIsConfirmed() throws Exception {
    cards(Ehr.ORACLE, call("order-dispatch", "", BEN, order(BEN, "b-9", "asap")));

    refreshOrders();
    assertThat(remembered(BEN))
        .filteredOn(order -> order.order().id().equals("b-9"))
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.order().stage()).isEqualTo(OrderStage.DISPATCHED);
              assertThat(order.confirmed()).isTrue();
            });
  }

  @Test
  @Order(6)
  void aRevokedOrderIsOverAndItsTaskFollows() throws Exception {
    PhantomFile.Study today = onlyStudyOf(CLEO);
    ObjectNode revoked = order(CLEO, "c-1", "stat").put("status", "revoked");

    assertThat(cards(Ehr.WARD, call("order-sign", "Practitioner/w1", CLEO, revoked))).isEmpty();

    refreshOrders();
    assertThat(remembered(CLEO))
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.state()).isEqualTo(OrderState.ENDED);
              assertThat(page("/orders/" + order.order().key()))
                  .contains("Ended.", "the order was revoked");
            });
    await().atMost(PATIENCE).until(() -> readingTask(today).path("basedOn").isMissingNode());
    assertThat(readingTask(today).path("priority").asText())
        .isEqualTo(kept(today).triage().orElseThrow().code());
  }

  private static PhantomFile.Study onlyStudyOf(SyntheticPatient patient) {
    return new PhantomFile.Study(patient, "ACC" + patient.id(), LocalDate.now());
  }

  @Test
  @Order(7)
  void whatAUserSetAsideStaysAwayFromThatUserOnly() throws Exception {
    ObjectNode mine = call("order-sign", "Practitioner/e1", ADA, order(ADA, LONG_ID, "routine"));
    override(Ehr.EPIC, findings(Ehr.EPIC, mine, adas), "known");

    assertThat(about(cards(Ehr.EPIC, mine), adas)).isEmpty();
    ObjectNode hers = call("order-sign", "Practitioner/e2", ADA, order(ADA, LONG_ID, "routine"));
    assertThat(about(cards(Ehr.EPIC, hers), adas)).hasSize(1);
    // The same name at another EHR is somebody else.
    ObjectNode wards = call("order-sign", "Practitioner/e1", ADA, order(ADA, "w-7", "routine"));
    assertThat(about(cards(Ehr.WARD, wards), adas)).hasSize(1);
    assertThat(page("/studies/" + adas.uid())).contains("probability of abnormality");
  }

  @Test
  @Order(8)
  void anOpenedChartShowsAUserWhatIsNewOnce() throws Exception {
    ObjectNode view = call("patient-view", "Practitioner/o1", ADA);
    assertThat(about(cards(Ehr.ORACLE, view), adas)).hasSize(1);
    // The client repeats its call.
    assertThat(about(cards(Ehr.ORACLE, view), adas)).hasSize(1);

    assertThat(about(cards(Ehr.ORACLE, call("patient-view", "Practitioner/o1", ADA)), adas))
        .isEmpty();
    assertThat(about(cards(Ehr.ORACLE, call("patient-view", "Practitioner/o2", ADA)), adas))
        .hasSize(1);
  }

  @Test
  @Order(9)
  void imagesOfAnotherPatientAreHiddenFromEverybodyUntilAPersonDecides() throws Exception {
    ObjectNode sign = call("order-sign", "Practitioner/w3", ADA, order(ADA, "w-8", "routine"));
    override(Ehr.WARD, findings(Ehr.WARD, sign, adas), "wrong-patient");

    for (Ehr ehr : Ehr.values()) {
      assertThat(
              cards(ehr, call("order-sign", "Practitioner/x", ADA, order(ADA, "x-1", "routine"))))
          .noneMatch(card -> card.toString().contains(adas.uid()))
          .anyMatch(card -> card.path("summary").asText().contains("is withheld"));
    }
    assertThat(page("/")).contains("Whose images are these?", "/studies/" + adas.uid());
    assertThat(page("/studies/" + adas.uid()))
        .contains("another patient's", "identity")
        .doesNotContain("probability of abnormality", "<img");

    assertThat(decide("oops").statusCode()).isEqualTo(400);
    assertThat(page("/studies/" + adas.uid())).contains("another patient's");
    HttpResponse<String> decided = decide("confirmed");

    assertThat(decided.statusCode()).isEqualTo(303);
    ObjectNode others = call("order-sign", "Practitioner/w4", ADA, order(ADA, "w-8", "routine"));
    assertThat(about(cards(Ehr.WARD, others), adas)).hasSize(1);
    assertThat(page("/")).doesNotContain("Whose images are these?");
  }

  private static HttpResponse<String> decide(String decision)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(server.address().resolve("/studies/" + adas.uid() + "/identity"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("decision=" + decision))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  @Order(10)
  void aReportThatAPersonFinalisedSpeaksForItself() throws Exception {
    PhantomFile.Study today = onlyStudyOf(CLEO);
    String report = kept(today).report().orElseThrow();
    ObjectNode resource = (ObjectNode) JSON.readTree(page("/fhir/" + report));
    resource.put("status", "final");
    HttpResponse<String> updated =
        HTTP.send(
            HttpRequest.newBuilder(server.address().resolve("/fhir/" + report))
                .header("Content-Type", "application/fhir+json")
                .PUT(BodyPublishers.ofString(resource.toString()))
                .build(),
            BodyHandlers.ofString());
    assertThat(updated.statusCode()).isEqualTo(200);

    List<JsonNode> cards =
        cards(Ehr.WARD, call("order-sign", "Practitioner/w4", CLEO, order(CLEO, "c-2", "routine")));

    assertThat(cards.toString())
        .contains("/studies/" + today.uid())
        .doesNotContain("robability", "uggestions\":[{");
    assertThat(page("/studies/" + today.uid()))
        .contains("Reported by a person")
        .doesNotContain("probability of abnormality");
    assertThat(page("/")).contains("reported by a person");
  }
}
