package io.spinexr.cds.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.Results;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.wire.Json;
import io.spinexr.state.OrderAnswer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Feedback is kept once, and found together with the study that its card was about. */
class FeedbackTest {
  private static final String PATH = "/cds-services/spinexr-order-sign/feedback";
  private static final String CARD = "9368d37b-283f-44a0-93ea-547cebab93ed";
  private static final String OTHER_CARD = "00000000-0000-4000-8000-0000000000c2";
  private static final String OVERRIDDEN =
      """
      {"card": "%s", "outcome": "overridden", "outcomeTimestamp": "2026-02-28T10:05:31+01:00",
       "overrideReason": {"reason": {"code": "known", "system": "https://spinexr.io/fhir/x"},
                          "userComment": "seen on CT"}}
      """;
  private static final String ACCEPTED =
      """
      {"card": "%s", "outcome": "accepted", "outcomeTimestamp": "2026-02-28T10:07:00Z",
       "acceptedSuggestions": [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}]}
      """;

  private final RecordingAnalyses analyses = new RecordingAnalyses();
  private CdsServer server;

  @BeforeEach
  void start() {
    server = new CdsServer(TestProperties.with(Map.of("budget", "20s")), analyses);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String body(String... entries) {
    return "{\"feedback\": [" + String.join(",", entries) + "]}";
  }

  private int send(String... entries) {
    return server.post(PATH, body(entries)).statusCode();
  }

  private JsonNode stored(String query) {
    HttpResponse<String> response = server.get("/admin/cds-feedback" + query);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    return Json.read(response.body().getBytes(StandardCharsets.UTF_8)).get("feedback");
  }

  @Test
  void keepsEachEntryOnceHoweverOftenItIsSent() {
    String overridden = OVERRIDDEN.formatted(CARD);
    String accepted = ACCEPTED.formatted(CARD);

    assertThat(send(overridden)).isEqualTo(200);
    assertThat(send(overridden, overridden, accepted)).isEqualTo(200);
    assertThat(send(accepted)).isEqualTo(200);

    JsonNode stored = stored("");
    assertThat(stored).hasSize(2);
    assertThat(stored.findValuesAsText("outcome"))
        .containsExactlyInAnyOrder("accepted", "overridden");
    JsonNode entry = stored("?outcome=overridden").get(0);
    assertThat(entry.get("service").asText()).isEqualTo("spinexr-order-sign");
    assertThat(entry.get("reasonCode").asText()).isEqualTo("known");
    assertThat(entry.get("userComment").asText()).isEqualTo("seen on CT");
    assertThat(entry.get("outcomeTimestamp").asText()).isEqualTo("2026-02-28T09:05:31Z");
    assertThat(stored("?outcome=accepted").at("/0/acceptedSuggestions/0").asText())
        .isEqualTo("e56e1945-20b3-4393-8503-a1a20fd73152");
  }

  @Test
  void tellsWhichStudyTheCardWasAbout() {
    OrderAnswer answer = RecordingAnalyses.answer(List.of(Results.collapse("1.2.3")), 1);
    analyses.answer = () -> answer;
    JsonNode cards =
        Json.read(
                server
                    .post(
                        "/cds-services/spinexr-order-sign",
                        Requests.sign(Requests.SPINE_ORDER).toString())
                    .body()
                    .getBytes(StandardCharsets.UTF_8))
            .get("cards");

    send(OVERRIDDEN.formatted(cards.at("/0/uuid").asText()));
    send(OVERRIDDEN.formatted(CARD));

    JsonNode found = stored("?study=1.2.3");
    assertThat(found).hasSize(1);
    assertThat(found.at("/0/studyUid").asText()).isEqualTo("1.2.3");
    assertThat(found.at("/0/modelSet").asText()).isEqualTo("demo-1.0.0");
    assertThat(stored("?card=" + CARD).at("/0").has("studyUid")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 2",
    "?service=spinexr-order-sign, 2",
    "?service=spinexr-patient-view, 0",
    "?outcome=accepted, 1",
    "?since=2026-03-01T12:00:00Z, 2",
    "?since=2026-03-01T12:00:01Z, 0",
    "?limit=1, 1",
    "?card=9368d37b-283f-44a0-93ea-547cebab93ed&outcome=overridden, 1",
  })
  void findsByAnyOfItsParts(String query, int expected) {
    send(OVERRIDDEN.formatted(CARD), ACCEPTED.formatted(CARD));

    assertThat(stored(query)).hasSize(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?since=yesterday", "?limit=0", "?limit=1001", "?limit=all"})
  void refusesASearchItDoesNotUnderstand(String query) {
    HttpResponse<String> response = server.get("/admin/cds-feedback" + query);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("OperationOutcome", ": must be");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{} # feedback: is required",
        "{\"feedback\": {}} # feedback: must be an array",
        "{\"feedback\": []} # feedback: must have 1 to 1000 entries",
        "{\"feedback\": [1]} # feedback[0]: must be an object",
        "{\"feedback\": [1, {}]} # feedback[1].card: is required",
        "{\"feedback\": [{}]} # feedback[0].card: is required",
        "{\"feedback\": [{\"card\": \"1\"}]} # feedback[0].card: must be a UUID",
      })
  void namesWhatIsWrongWithTheList(String body, String message) {
    HttpResponse<String> response = server.post(PATH, body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains(message.replace("\"", "\\\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "\"overridden\" # \"ignored\" # feedback[1].outcome: must be",
        "\"outcome\" # \"acceptedSuggestions\": [{\"id\": \""
            + CARD
            + "\"}], \"outcome\" #"
            + " feedback[1].acceptedSuggestions: must be absent",
        "seen on CT # a\\u0000b # feedback[1].overrideReason.userComment: must have at most 4000",
        "\"card\" # \"kard\" # feedback[1].card: is required",
        "2026-02-28T10:05:31+01:00 # yesterday # feedback[1].outcomeTimestamp: must be a date",
        "2026-02-28T10:05:31+01:00 # 2026-02-28 # feedback[1].outcomeTimestamp: must be",
        "\"known\" # 5 # feedback[1].overrideReason.reason.code: must be a non-empty string",
        "\"code\" # \"kode\" # feedback[1].overrideReason.reason.code: is required",
      })
  void takesTheGoodEntriesOfACallAndNamesTheBadOne(String good, String bad, String message) {
    HttpResponse<String> response =
        server.post(
            PATH,
            body(
                ACCEPTED.formatted(CARD),
                OVERRIDDEN.formatted(CARD).replace(good, bad),
                OVERRIDDEN.formatted(OTHER_CARD)));

    assertThat(response.statusCode()).as("clients do not send it again").isEqualTo(200);
    JsonNode outcome = Requests.value(response.body());
    assertThat(outcome.get("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(outcome.get("issue")).hasSize(1);
    assertThat(outcome.at("/issue/0/severity").asText()).isEqualTo("error");
    assertThat(outcome.at("/issue/0/diagnostics").asText()).startsWith(message);
    assertThat(outcome.at("/issue/0/expression/0").asText()).startsWith("feedback[1].");
    assertThat(stored("").findValuesAsText("card")).containsExactlyInAnyOrder(CARD, OTHER_CARD);
  }

  @Test
  void refusesACallOfWhichNothingIsGoodAndNamesEveryFault() {
    HttpResponse<String> response = server.post(PATH, body("{}", "7", "null"));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains(
            "feedback[0].card: is required",
            "feedback[1]: must be an object",
            "feedback[2]: must be an object");
    assertThat(stored("")).isEmpty();
  }

  /** One object as in Epic's documentation, or a list. */
  @ParameterizedTest
  @ValueSource(strings = {"%s", "[%s]"})
  void takesEpicsSpellingOfTheOverrideReason(String shape) {
    String reason =
        """
        {"reason": {"code": "wrong-patient", "display": "bad",
          "system": "https://spinexr.io/fhir/CodeSystem/cds-override-reason"},
         "userComment": "free text"}
        """;

    assertThat(send(overridden("overrideReasons", shape.formatted(reason)))).isEqualTo(200);

    JsonNode entry = stored("").get(0);
    assertThat(entry.get("reasonCode").asText()).isEqualTo("wrong-patient");
    assertThat(entry.get("reasonSystem").asText())
        .isEqualTo("https://spinexr.io/fhir/CodeSystem/cds-override-reason");
    assertThat(entry.get("userComment").asText()).isEqualTo("free text");
  }

  @Test
  void keepsEveryOneOfSeveralReasons() {
    assertThat(
            send(
                overridden(
                    "overrideReasons",
                    """
                    [{"reason": {"code": "known", "system": "s"}, "userComment": "seen on CT"},
                     {"reason": {"code": "wrong-patient", "system": "s"}, "userComment": ""}]
                    """)))
        .isEqualTo(200);

    JsonNode stored = stored("");
    assertThat(stored).hasSize(1);
    assertThat(stored.at("/0/reasonCode").asText()).isEqualTo("known; wrong-patient");
    assertThat(stored.at("/0/reasonSystem").asText()).isEqualTo("s");
    assertThat(stored.at("/0/userComment").asText()).isEqualTo("seen on CT");
  }

  @Test
  void keepsTheReasonThatASiteSetUpAtEpic() {
    String prefix = "com.epic.cdshooks.feedback.overrideReason";
    assertThat(
            send(
                overridden(
                    "overrideReasons",
                    """
                    {"extension": {"%1$s.reasonCategory": "45",
                      "%1$s.reasonDisplay": "Does not meet criteria",
                      "%1$s.reasonTitle": "Does not meet criteria"}}
                    """
                        .formatted(prefix))))
        .isEqualTo(200);

    assertThat(stored("").at("/0/reasonCode").asText()).isEqualTo("Does not meet criteria");
    assertThat(stored("").at("/0/reasonSystem").asText()).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"acceptedSuggestions\": []", ", \"acceptedSuggestions\": null"})
  void takesTheAcceptanceOfACardWithoutSuggestions(String suggestions) {
    assertThat(
            send(
                """
                {"card": "%s", "outcome": "accepted", "outcomeTimestamp": "2026-02-28T10:07:00Z"%s}
                """
                    .formatted(CARD, suggestions)))
        .isEqualTo(200);

    assertThat(stored("?outcome=accepted").at("/0/acceptedSuggestions")).isEmpty();
  }

  private static String overridden(String field, String value) {
    return """
    {"card": "%s", "outcome": "overridden", "outcomeTimestamp": "2026-11-26T16:00:01Z",
     "%s": %s}
    """
        .formatted(CARD, field, value);
  }

  @Test
  void refusesACommentThatWouldNotFit() {
    String entry = OVERRIDDEN.formatted(CARD).replace("seen on CT", "x".repeat(4001));

    HttpResponse<String> response = server.post(PATH, body(entry));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("feedback[0].overrideReason.userComment: must have at most");
  }

  @Test
  void keepsFeedbackThroughARestart() {
    send(OVERRIDDEN.formatted(CARD));

    FeedbackStore restarted = new FeedbackStore(server.database, CdsServer.CLOCK);

    Optional<String> any = Optional.empty();
    assertThat(
            restarted.find(
                new FeedbackStore.Query(any, any, any, any, Optional.of(Instant.EPOCH), 10)))
        .hasSize(1);
  }
}
