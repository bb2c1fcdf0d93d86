package io.spinexr.cds.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.audit.AuditTrail;
import io.spinexr.cds.CdsHooks;
import io.spinexr.cds.CdsMetrics;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.Results;
import io.spinexr.cds.WrongPatients;
import io.spinexr.cds.feedback.Feedback;
import io.spinexr.cds.feedback.FeedbackStore;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.Viewer;
import io.spinexr.cds.wire.Json;
import io.spinexr.finding.LesionType;
import io.spinexr.state.Standing;
import io.spinexr.state.StudyResult;
import io.spinexr.tls.Peers;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a user has seen or set aside is not shown again, until it changes; nobody else misses it.
 */
class IssuedCardsTest {
  private static final StudyResult COLLAPSE = Results.collapse("1.2.3");

  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static CdsServer server;

  @BeforeAll
  static void start() {
    server =
        new CdsServer(TestProperties.with(Map.of("budget", "20s", "lenient", "true")), ANALYSES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    JdbcClient database = JdbcClient.create(server.database);
    database.sql("delete from cds_card").update();
    database.sql("delete from cds_feedback").update();
    ANALYSES.forget();
    know(COLLAPSE);
  }

  private static void know(StudyResult... results) {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(results), 0);
  }

  private static ObjectNode by(String user, ObjectNode request) {
    Requests.at(request, "/context").put("userId", user);
    return request.put("hookInstance", UUID.randomUUID().toString());
  }

  private static ObjectNode from(String fhirServer, ObjectNode request) {
    return request.put("fhirServer", fhirServer);
  }

  private static ObjectNode sign(String user) {
    return by(user, Requests.sign(Requests.SPINE_ORDER));
  }

  private static ObjectNode view(String user) {
    return by(user, Requests.view());
  }

  private static ObjectNode dispatch() {
    return Requests.dispatch(Requests.SPINE_ORDER)
        .put("hookInstance", UUID.randomUUID().toString());
  }

  private static JsonNode cards(ObjectNode request) {
    HttpResponse<String> response = server.post("/cds-services/spinexr", request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.read(response.body().getBytes(StandardCharsets.UTF_8)).get("cards");
  }

  private static List<String> topics(ObjectNode request) {
    List<String> topics = new ArrayList<>();
    cards(request).forEach(card -> topics.add(card.at("/source/topic/code").asText()));
    return topics;
  }

  private static int feedback(JsonNode card, String reason) {
    return server
        .post(
            "/cds-services/spinexr/feedback",
            """
            {"feedback": [{"card": "%s", "outcome": "overridden",
              "outcomeTimestamp": "2026-03-01T11:00:00Z"%s}]}
            """
                .formatted(card.get("uuid").asText(), reason))
        .statusCode();
  }

  private static String reason(String code) {
    return ", \"overrideReason\": {\"reason\": {\"code\": \"" + code + "\"}}";
  }

  private static Feedback overridden(Card card, String reason) {
    return new Feedback(
        card.uuid(),
        Feedback.Outcome.OVERRIDDEN,
        List.of(),
        Optional.of(
            new Feedback.OverrideReason(Optional.of(reason), Optional.empty(), Optional.empty())),
        Instant.parse("2026-03-01T11:00:00Z"));
  }

  private static void setAside(String user) {
    assertThat(feedback(cards(sign(user)).get(0), reason("known"))).isEqualTo(200);
  }

  @Test
  void showsInAnOpenedChartWhatItsUserHasNotSeen() {
    assertThat(topics(view("Practitioner/1"))).containsExactly("findings");
    assertThat(topics(view("Practitioner/1"))).isEmpty();
    assertThat(topics(view("Practitioner/2"))).as("another user").containsExactly("findings");
    assertThat(topics(from("https://other.example.org/fhir", view("Practitioner/1"))))
        .as("another issuer's user of the same name")
        .containsExactly("findings");

    know(Results.normal("1.2.4"), COLLAPSE);
    JsonNode cards = cards(view("Practitioner/1"));
    assertThat(cards).hasSize(1);
    assertThat(cards.at("/0/links/0/url").asText()).endsWith("/studies/1.2.4");
  }

  @Test
  void countsAsSeenWhatAnOrderShowed() {
    cards(sign("Practitioner/1"));

    assertThat(topics(view("Practitioner/1"))).isEmpty();
  }

  @Test
  void showsTheSameAgainWhenAClientRepeatsItsCall() {
    ObjectNode request = view("Practitioner/1");

    assertThat(cards(request)).isEqualTo(cards(request)).hasSize(1);
  }

  @Test
  void showsEverythingToSomebodyWithoutAName() {
    String nobody = "x".repeat(401);
    assertThat(topics(view(nobody))).containsExactly("findings");
    assertThat(topics(view(nobody))).containsExactly("findings");
  }

  @Test
  void showsWhatMattersToAnOrderEveryTime() {
    assertThat(topics(sign("Practitioner/1"))).containsExactly("findings");
    assertThat(topics(sign("Practitioner/1"))).containsExactly("findings");
  }

  @Test
  void leavesOnlyAQuietWayToWhatItsUserHasSetAside() {
    setAside("Practitioner/1");

    JsonNode cards = cards(sign("Practitioner/1"));
    assertThat(cards).hasSize(1);
    assertThat(cards.at("/0/source/topic/code").asText()).isEqualTo("other-studies");
    assertThat(cards.at("/0/indicator").asText()).isEqualTo("info");
    assertThat(cards.at("/0/detail").asText()).contains("You set it aside.");
    assertThat(cards.findValue("suggestions")).isNull();
    assertThat(topics(view("Practitioner/1"))).isEmpty();
    assertThat(topics(sign("Practitioner/2"))).as("another user").containsExactly("findings");
    assertThat(topics(from("https://other.example.org/fhir", sign("Practitioner/1"))))
        .as("another issuer's user of the same name")
        .containsExactly("findings");
    assertThat(topics(dispatch())).as("nobody in particular").containsExactly("findings");
  }

  @Test
  void takesNoOverrideWithoutAReasonForAnAnswer() {
    assertThat(feedback(cards(sign("Practitioner/1")).get(0), "")).isEqualTo(200);
    assertThat(feedback(cards(sign("Practitioner/1")).get(0), ", \"overrideReason\": {}"))
        .isEqualTo(200);

    assertThat(topics(sign("Practitioner/1"))).containsExactly("findings");
  }

  @Test
  void ignoresAnOverrideOfACardThatNamedNoUser() {
    assertThat(feedback(cards(dispatch()).get(0), reason("known"))).isEqualTo(200);

    assertThat(topics(dispatch())).containsExactly("findings");
    assertThat(topics(sign("Practitioner/1"))).containsExactly("findings");
  }

  @Test
  void showsAgainWhateverHasChanged() {
    setAside("Practitioner/1");

    Map<String, StudyResult> changed =
        Map.of(
            "a late image",
            Results.study(
                "1.2.3",
                ReadingPriority.ASAP,
                "L-Spine AP/Lat",
                List.of(
                    COLLAPSE.findings().images().get(0),
                    COLLAPSE.findings().images().get(1),
                    Results.image(
                        "1.2.3",
                        0.02,
                        Results.finding(LesionType.OSTEOPHYTES, 0.5),
                        Results.finding(LesionType.OSTEOPHYTES, 0.5),
                        Results.finding(LesionType.OSTEOPHYTES, 0.5))),
                List.of()),
            "a graver score",
            Results.study(
                "1.2.3",
                ReadingPriority.ASAP,
                "L-Spine AP/Lat",
                List.of(
                    Results.image(
                        "1.2.3",
                        0.93,
                        Results.finding(LesionType.VERTEBRAL_COLLAPSE, 0.82),
                        Results.finding(LesionType.OSTEOPHYTES, 0.555)),
                    Results.image("1.2.3", 0.05)),
                List.of()),
            "a new model set",
            Results.byModels(COLLAPSE, "1.1.0"));
    changed.forEach(
        (what, result) -> {
          know(result);
          assertThat(topics(sign("Practitioner/1"))).as(what).containsExactly("findings");
        });
    know(Results.described(Results.read(COLLAPSE), "L-Spine AP/Lat, two views"));
    assertThat(topics(sign("Practitioner/1")))
        .as("the findings are the same")
        .containsExactly("other-studies");
  }

  @Test
  void tellsOnceThatARadiologistHasReported() {
    cards(view("Practitioner/1"));
    know(Results.standing(COLLAPSE, new Standing(Set.of(), true, false)));

    assertThat(topics(view("Practitioner/1"))).containsExactly("reported");
    assertThat(topics(view("Practitioner/1"))).isEmpty();
  }

  @Test
  void showsEverythingWhereOverridesAreNotRespected() {
    CdsServer respecting = server;
    try (CdsServer other =
        new CdsServer(
            TestProperties.with(Map.of("budget", "20s", "respect-overrides", "false")), ANALYSES)) {
      server = other;
      setAside("Practitioner/1");

      assertThat(topics(sign("Practitioner/1"))).containsExactly("findings");
    } finally {
      server = respecting;
    }
  }

  @Test
  void countsAnOverrideOnlyFromTheClientWhoseCardItWas() {
    IssuedCards cards = new IssuedCards(server.database, CdsServer.CLOCK);
    FeedbackStore feedback = new FeedbackStore(server.database, CdsServer.CLOCK);
    Viewer viewer = new Viewer("ehr-a", Optional.of("Practitioner/1"));
    Card.Subject subject = Card.Subject.of(COLLAPSE);
    Card card = CardMakerTest.anyCard();
    cards.remember(
        CdsService.ALL.get(0),
        viewer,
        List.of(new Card.Issued(card, Card.Kind.FINDINGS, Optional.of(subject))));
    Feedback known = overridden(card, "known");

    feedback.save("spinexr", Optional.of("ehr-b"), List.of(known));
    assertThat(cards.history(viewer, List.of("1.2.3")).setAside(subject)).isFalse();

    feedback.save("spinexr", Optional.of("ehr-a"), List.of(known));
    assertThat(cards.history(viewer, List.of("1.2.3")).setAside(subject)).isTrue();
  }

  @Test
  void hidesNothingOnTheWordOfAnotherClient() {
    Viewer viewer = new Viewer("ehr-a", Optional.of("Practitioner/1"));
    Card card = CardMakerTest.anyCard();
    new IssuedCards(server.database, CdsServer.CLOCK)
        .remember(
            CdsService.ALL.get(0),
            viewer,
            List.of(
                new Card.Issued(card, Card.Kind.FINDINGS, Optional.of(Card.Subject.of(COLLAPSE)))));
    FeedbackStore feedback = new FeedbackStore(server.database, CdsServer.CLOCK);
    WrongPatients wrongPatients =
        new WrongPatients(ANALYSES, feedback, new CdsMetrics(server.metrics));
    for (String client : List.of("ehr-b", "ehr-a")) {
      feedback.save("spinexr", Optional.of(client), List.of(overridden(card, "wrong-patient")));
      assertThat(wrongPatients.hide()).isTrue();
      assertThat(ANALYSES.disputes).hasSize(client.equals("ehr-a") ? 1 : 0);
    }
  }

  @Test
  void readsCardsThatWereIssuedBeforeViewersWereKept() {
    String old = "9368d37b-283f-44a0-93ea-547cebab93ed";
    JdbcClient.create(server.database)
        .sql(
            """
            insert into cds_card (uuid, service, study_uid, model_set, issued_at)
            values (:uuid, 'spinexr-order-sign', '1.2.3', 'demo-1.0.0', current_timestamp)
            """)
        .param("uuid", old)
        .update();

    assertThat(feedback(Requests.object("{\"uuid\": \"" + old + "\"}"), reason("wrong-patient")))
        .isEqualTo(200);
    assertThat(topics(view("Practitioner/1"))).containsExactly("findings");
    assertThat(ANALYSES.disputes).containsExactly("1.2.3 by cds-client (user not named)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'reason': {'code': 'wrong-patient'}}",
        "{'reason': {'code': 'wrong-patient', 'system': 'urn:oid:1.2', 'display': 'bad'}}",
        "{'reason': {'code': 'wrong-patient'}, 'userComment': 'not she'}",
      })
  void hidesTheImagesOfAnotherPatientHoweverTheReasonIsWritten(String reason) {
    JsonNode card = cards(sign("Practitioner/1")).get(0);

    int status = feedback(card, ", 'overrideReason': ".concat(reason).replace('\'', '"'));

    assertThat(status).isEqualTo(200);
    assertThat(ANALYSES.disputes).containsExactly("1.2.3 by cds-client Practitioner/1");
  }

  @Test
  void hidesNothingForOtherReasons() {
    feedback(cards(sign("Practitioner/1")).get(0), reason("not-relevant"));

    assertThat(ANALYSES.disputes).isEmpty();
  }

  @Test
  void asksForFeedbackAgainThatCouldNotHideTheImages() {
    JsonNode card = cards(sign("Practitioner/1")).get(0);
    ANALYSES.broken = true;

    assertThat(feedback(card, reason("wrong-patient"))).isEqualTo(503);
    assertThat(server.get("/admin/cds-feedback?study=1.2.3").body()).contains("wrong-patient");

    ANALYSES.broken = false;
    assertThat(feedback(card, reason("wrong-patient"))).isEqualTo(200);
    assertThat(ANALYSES.disputes).hasSize(1);
    assertThat(feedback(card, reason("wrong-patient"))).isEqualTo(200);
    assertThat(ANALYSES.disputes)
        .as("said again after a person may have decided otherwise")
        .hasSize(1);
  }

  @Test
  @Timeout(20)
  void hidesTheImagesLaterThoughTheClientDoesNotAskAgain() throws InterruptedException {
    JsonNode card = cards(sign("Practitioner/1")).get(0);
    ANALYSES.broken = true;
    feedback(card, reason("wrong-patient"));
    ANALYSES.broken = false;

    CdsHooks another =
        new CdsHooks(
            TestProperties.with(Map.of()),
            TestProperties.privacy(Map.of()),
            CdsServer.PUBLIC,
            false,
            ANALYSES,
            TriagePolicy.DEFAULT,
            server.database,
            new AuditTrail(server.database, Optional::empty, CdsServer.CLOCK),
            server.metrics,
            Peers.ofJava(),
            CdsServer.CLOCK);
    try (another) {
      while (ANALYSES.disputes.isEmpty()) {
        Thread.onSpinWait();
      }
    }
    assertThat(ANALYSES.disputes).containsExactly("1.2.3 by cds-client Practitioner/1");
  }

  @Test
  void hidesOneStudyThoughAnotherCannotBeHidden() {
    ANALYSES.broken = true;
    feedback(cards(sign("Practitioner/1")).get(0), reason("wrong-patient"));
    know(Results.collapse("1.2.4"));
    JsonNode other = cards(sign("Practitioner/1")).get(0);
    ANALYSES.broken = false;
    ANALYSES.unhideable = "1.2.3";

    assertThat(feedback(other, reason("wrong-patient"))).isEqualTo(503);

    assertThat(ANALYSES.disputes).containsExactly("1.2.4 by cds-client Practitioner/1");
  }
}
