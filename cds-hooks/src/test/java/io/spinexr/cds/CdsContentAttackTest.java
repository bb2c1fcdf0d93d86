package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.cds.order.TestProperties;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose content would keep a thread, fill the memory or spoil what is stored. */
@Timeout(60)
class CdsContentAttackTest {
  private static final String SIGN = "/cds-services/spinexr-order-sign";
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static CdsServer server;

  /** Plays the EHR. */
  private static HttpServer ehr;

  private static volatile String patientOfEhr = Requests.PATIENT;

  @BeforeAll
  static void start() throws IOException {
    ehr = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ehr.createContext(
        "/fhir/",
        exchange -> {
          byte[] answer = patientOfEhr.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    ehr.start();
    server =
        new CdsServer(
            TestProperties.with(
                Map.of(
                    "budget", "20s",
                    "clients[0].name", "ehr",
                    "clients[0].fhir-servers[0]", ehrUrl())),
            ANALYSES);
  }

  private static String ehrUrl() {
    return "http://127.0.0.1:%d/fhir".formatted(ehr.getAddress().getPort());
  }

  @AfterAll
  static void stop() {
    server.close();
    ehr.stop(0);
  }

  @BeforeEach
  void forget() {
    ANALYSES.forget();
    patientOfEhr = Requests.PATIENT;
  }

  private static String signing(String find, String replace) {
    String request = Requests.sign(Requests.SPINE_ORDER).toString();
    assertThat(request).contains(find);
    return request.replace(find, replace);
  }

  private static void assertRefused(HttpResponse<String> answer, String... words) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("OperationOutcome").contains(words);
    assertThat(ANALYSES.orders).isEmpty();
  }

  // Numbers

  static Stream<Arguments> numbers() {
    String order = "context.draftOrders.entry[0].resource.";
    return Stream.of(
        Arguments.of("1.10", "1e999999999", order + "quantityQuantity.value"),
        Arguments.of("1.10", "1e200000", order + "quantityQuantity.value"),
        Arguments.of("1.10", "-1E-999999", order + "quantityQuantity.value"),
        Arguments.of("1.10", "0e99999", order + "quantityQuantity.value"),
        Arguments.of("1.10", "9".repeat(120), order + "quantityQuantity.value"),
        Arguments.of("1.10", "0." + "1".repeat(119), order + "quantityQuantity.value"),
        Arguments.of("1.10", "9".repeat(1_000_000), "malformed JSON"),
        Arguments.of("1.10", "1e99999999999999999999", "malformed JSON"),
        Arguments.of(
            "\"prefetch\":{",
            "\"prefetch\":{\"other\":[1,{\"a\":1e999999999}],",
            "prefetch.other[1].a"),
        Arguments.of(
            "\"gender\"",
            "\"multipleBirthInteger\":1e999999999,\"gender\"",
            "prefetch.patient.multipleBirthInteger"),
        Arguments.of("{\"hook\"", "{\"extension\":{\"x\":1e999999999},\"hook\"", "extension.x"));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void refusesANumberThatIsLongWhenWrittenOut(String find, String replace, String place) {
    assertRefused(server.post(SIGN, signing(find, replace)), place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slow", "memory"})
  void refusesTheCallsThatTookMinutesOrTheMemory(String name) throws IOException {
    try (InputStream call = CdsContentAttackTest.class.getResourceAsStream(name + "-number.json")) {
      assertRefused(
          server.post(SIGN, new String(call.readAllBytes(), StandardCharsets.UTF_8)),
          "context.draftOrders.entry[0].resource.quantityQuantity.value",
          "at most 100 digits");
    }
  }

  @Test
  void givesANumberOfTheEhrBackAsItCame() {
    HttpResponse<String> answer =
        server.post(SIGN, signing("\"value\":1.10", "\"value\":1.2300e-7"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(ANALYSES.orders).hasSize(1);
  }

  @Test
  void refusesFeedbackWithSuchNumbersAndCharacters() {
    for (String value : new String[] {"1e999999999", "\"a\\u0000b\"", "\"\\ud800\""}) {
      HttpResponse<String> answer =
          server.post(
              SIGN + "/feedback",
              """
              {"feedback": [{"card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
                "outcome": "overridden", "outcomeTimestamp": "2026-03-01T12:00:00Z",
                "overrideReason": {"userComment": %s}}]}\
              """
                  .formatted(value));
      assertRefused(answer, "feedback[0].overrideReason.userComment");
    }
  }

  // Characters

  static Stream<Arguments> places() {
    return Stream.of(
        Arguments.of("\"order-1\"", "entry[0].resource.id"),
        Arguments.of("\"ACC-1\"", "identifier[0].value"),
        Arguments.of("\"XR Lumbar spine Views\"", "coding[0].display"),
        Arguments.of("\"MRN-77\"", "prefetch.patient.identifier[0].value"),
        Arguments.of("\"Weatherwax\"", "prefetch.patient.name[0].family"),
        Arguments.of("\"Practitioner/99\"", "context.userId"),
        Arguments.of("\"1288992\"", "context.patientId"),
        Arguments.of("\"enc-1\"", "context.encounterId"));
  }

  @ParameterizedTest
  @MethodSource("places")
  void refusesCharactersThatNotEveryPlaceCanHold(String find, String place) {
    for (String unfit : new String[] {"\\u0000", "\\u0007", "\\ud800", "\\udfff", "\\uffff"}) {
      String damaged = find.substring(0, find.length() - 1) + unfit + "\"";
      assertRefused(server.post(SIGN, signing(find, damaged)), place, "half a surrogate pair");
    }
    assertRefused(
        server.post(SIGN, signing("\"hookInstance\"", "\"a\\u0000\":1,\"hookInstance\"")),
        "names of its fields");
  }

  @Test
  void doesWithoutTheCharactersOfAnEhrThatCannotBeKept() {
    patientOfEhr = Requests.PATIENT.replace("Esmerelda", "Es\\u0000me\\ud800relda");
    HttpResponse<String> answer = server.post(SIGN, withoutPrefetch());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(ANALYSES.orders).hasSize(1);
  }

  @Test
  void takesNoNumberOfAnEhrThatIsLongWhenWrittenOut() {
    patientOfEhr =
        Requests.PATIENT.replace("\"gender\"", "\"multipleBirthInteger\": 1e999999999, \"gender\"");
    HttpResponse<String> answer = server.post(SIGN, withoutPrefetch());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(412);
    assertThat(answer.body()).contains("usable JSON");
  }

  private static String withoutPrefetch() {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    request.remove("prefetch");
    request.put("fhirServer", ehrUrl());
    return request.toString();
  }

  // Structure

  static Stream<String> malformed() {
    return Stream.of(
        "",
        "[]",
        "7",
        "\"text\"",
        "{",
        "{} {}",
        "{\"hook\": NaN}",
        "{'hook': 'order-sign'}",
        "{\"hook\": \"order-sign\", \"hook\": \"order-sign\"}",
        "{\"a\":".repeat(200) + "1" + "}".repeat(200),
        "[".repeat(100_000),
        "{\"%s\": 1}".formatted("x".repeat(300)),
        "{/* */}",
        "\uFEFF\uFEFF{}",
        "{\"hook\": 01}",
        "<hook/>");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesWhatIsNotOnePlainObject(String body) {
    assertRefused(server.post(SIGN, body), "diagnostics");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "order-1; a b", "order-1; a/b", "order-1; ..", "order-1; a|b", "order-1; a%00",
        "order-1; a'or'1", "order-1; ä", "ACC-1; a\\nb", "ACC-1; a\\tb", "ACC-1; a\\u0085b"
      })
  void refusesIdsThatAreNone(String id, String other) {
    assertRefused(
        server.post(SIGN, signing("\"" + id + "\"", "\"" + other + "\"")),
        "context.draftOrders.entry[0].resource.");
  }

  @Test
  void refusesIdsBeyondMeasure() {
    assertRefused(server.post(SIGN, signing("order-1", "x".repeat(257))), "resource.id");
    assertRefused(
        server.post(SIGN, signing("ACC-1", "x".repeat(256))), "resource.identifier[0].value");
  }

  // What a body is

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain",
        "Content-Type: text/plain;a=b, application/json",
        "Content-Type: application/json, text/plain",
        "Content-Type: application/json;charset=utf-16",
        "Content-Type: application/json;charset=utf-8;charset=utf-7",
        "Content-Type: application/json;a=\"b, text/plain\"",
        "Content-Type: application/json;a=b",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data; boundary=application/json",
        "Content-Type: application/fhir+json",
        "Content-Type: application/*",
        "Content-Type: */*",
        "Content-Type: text/json",
        "Content-Type:",
        "X-Nothing: said",
        "Content-Type: text/plain\r\nContent-Type: application/json",
        "Content-Type: application/json\r\nContent-Type: application/json",
        "content-type: application/json\r\nCONTENT-TYPE: text/plain"
      })
  void takesABodyOfJsonOnly(String headers) {
    String call = Requests.sign(Requests.SPINE_ORDER).toString();
    for (String path : new String[] {SIGN, SIGN + "/feedback"}) {
      assertThat(raw(path, headers, call))
          .as(path)
          .startsWith("HTTP/1.1 415")
          .contains("OperationOutcome", "application/json");
    }
    assertThat(ANALYSES.orders).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8"
      })
  void takesJsonAsClientsNameIt(String type) {
    String call = Requests.sign(Requests.SPINE_ORDER).toString();
    assertThat(raw(SIGN, "Content-Type: " + type, call)).startsWith("HTTP/1.1 200");
    assertThat(ANALYSES.orders).hasSize(1);
  }

  // Time

  /** Reading ten megabytes takes longer than 50 ms on any machine. */
  @Test
  void keepsAnOrderWhoseTimeReadingItUsedUp() {
    CountDownLatch answered = new CountDownLatch(1);
    RecordingAnalyses busy = new RecordingAnalyses();
    busy.answer =
        () -> {
          try {
            answered.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("a recorded order must not be stopped", e);
          }
          return RecordingAnalyses.answer(List.of(), 0);
        };
    try (CdsServer hurried =
        new CdsServer(TestProperties.with(Map.of("budget", "50ms", "max-body", "20MB")), busy)) {
      String padding = "\"prefetch\":{\"padding\":[%s0],".formatted("0.12,".repeat(2_000_000));
      HttpResponse<String> answer = hurried.post(SIGN, signing("\"prefetch\":{", padding));
      answered.countDown();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("no answer yet");
    }
    assertThat(busy.orders).as("closing waits for what is under way").hasSize(1);
    assertThat(busy.budgets).containsExactly(Duration.ZERO);
  }

  /** What the server answers to bytes as they are. */
  private static String raw(String path, String headers, String body) {
    URI address = server.uri(path);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String head =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\nContent-Length: %d\r\n\r\n"
              .formatted(path, headers, bytes.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(bytes);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
