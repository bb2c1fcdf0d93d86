package io.spinexr.cds.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.order.ImagingOrder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the prefetch lacks is read from the registered EHR, and from nobody else. */
class ChartDataTest {
  private static final String SIGN = "/cds-services/spinexr-order-sign";
  private static final String DISPATCH = "/cds-services/spinexr-order-dispatch";

  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final RecordingAnalyses analyses = new RecordingAnalyses();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer ehr;
  private String ehrUrl;
  private CdsServer server;
  private volatile Behaviour behaviour = exchange -> send(exchange, 200, Requests.PATIENT);

  @BeforeEach
  void start() throws IOException {
    ehr = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ehr.setExecutor(threads);
    ehr.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestURI().toString());
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          behaviour.answer(exchange);
          exchange.close();
        });
    ehr.start();
    ehrUrl = "http://127.0.0.1:" + ehr.getAddress().getPort() + "/fhir";
    server = server("10s");
  }

  private CdsServer server(String budget) {
    return new CdsServer(
        TestProperties.with(
            Map.of(
                "budget",
                budget,
                "max-body",
                "64KB",
                "clients[0].name",
                "ehr",
                "clients[0].fhir-servers[0]",
                ehrUrl)),
        analyses);
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.close();
    ehr.stop(0);
    threads.shutdownNow();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private ObjectNode withoutPrefetch(String fhirServer) {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    request.remove("prefetch");
    request.put("fhirServer", fhirServer);
    request.set(
        "fhirAuthorization",
        Requests.object(
            """
            {"access_token": "secret-token", "token_type": "Bearer", "expires_in": 300,
             "scope": "patient/Patient.read", "subject": "spinexr"}
            """));
    return request;
  }

  @Test
  void readsAMissingPatientWithTheGivenToken() {
    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(ehrUrl + "/").toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(requests).containsExactly("/fhir/Patient/1288992");
    assertThat(authorizations).containsExactly("Bearer secret-token");
    assertThat(analyses.orders).hasSize(1);
    assertThat(analyses.orders.get(0).source()).isEqualTo(ehrUrl);
  }

  @Test
  void readsNothingWhenThePrefetchHasIt() {
    ObjectNode request = withoutPrefetch(ehrUrl);
    request.putObject("prefetch").set("patient", Requests.object(Requests.PATIENT));

    assertThat(server.post(SIGN, request.toString()).statusCode()).isEqualTo(200);
    assertThat(requests).isEmpty();
  }

  @Test
  void takesThePatientOutOfASearchResult() {
    ObjectNode request = withoutPrefetch(ehrUrl);
    request
        .putObject("prefetch")
        .set(
            "patient",
            Requests.bundle("{\"resourceType\":\"Patient\",\"id\":\"other\"}", Requests.PATIENT));

    assertThat(server.post(SIGN, request.toString()).statusCode()).isEqualTo(200);
    assertThat(requests).isEmpty();
    assertThat(analyses.orders.get(0).patient().identifiers()).hasSize(1);
  }

  @Test
  void doesNotRepeatWhatTheClientFoundMissingOrFailedToRead() {
    ObjectNode missing = withoutPrefetch(ehrUrl);
    missing.putObject("prefetch").putNull("patient");
    ObjectNode failed = withoutPrefetch(ehrUrl);
    failed.putObject("prefetch").putObject("patient").put("resourceType", "OperationOutcome");

    assertThat(server.post(SIGN, missing.toString()).statusCode()).isEqualTo(412);
    assertThat(server.post(SIGN, failed.toString()).statusCode()).isEqualTo(412);
    assertThat(requests).isEmpty();
  }

  @Test
  void readsDispatchedOrdersThatAreNotOnTheFirstPage() {
    behaviour = exchange -> send(exchange, 200, Requests.SPINE_ORDER);
    ObjectNode request = Requests.dispatch(Requests.BLOOD_ORDER);
    request.put("fhirServer", ehrUrl);
    Requests.at(request, "/context")
        .putArray("dispatchedOrders")
        .add("MedicationRequest/9")
        .add(ehrUrl + "/ServiceRequest/order-1")
        .add("ServiceRequest/order-2");

    HttpResponse<String> response =
        server.post("/cds-services/spinexr-order-dispatch", request.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(requests).containsExactly("/fhir/ServiceRequest/order-1");
    assertThat(authorizations).containsExactly("null");
    assertThat(analyses.orders).extracting(ImagingOrder::id).containsExactly("order-1");
  }

  @Test
  void readsAnOrderWithALongId() {
    String id = "eAb3.dE-9xYz_0".repeat(14);
    behaviour = exchange -> send(exchange, 200, Requests.SPINE_ORDER.replace("order-1", id));
    ObjectNode request = dispatch("ServiceRequest/" + id);

    HttpResponse<String> response = server.post(DISPATCH, request.toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(requests).containsExactly("/fhir/ServiceRequest/" + id);
    assertThat(analyses.orders).extracting(ImagingOrder::id).containsExactly(id);
  }

  @Test
  void answersTheOrdersThatTheEhrGivesInTime() {
    behaviour =
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/order-1")) {
            send(exchange, 200, Requests.SPINE_ORDER);
          } else if (exchange.getRequestURI().getPath().endsWith("/gone")) {
            send(exchange, 404, "");
          } else {
            awaitEnd();
          }
        };
    ObjectNode request =
        dispatch("ServiceRequest/silent", "ServiceRequest/gone", "ServiceRequest/order-1");

    try (CdsServer hurried = server("3s")) {
      HttpResponse<String> response = hurried.post(DISPATCH, request.toString());

      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(analyses.orders).extracting(ImagingOrder::id).containsExactly("order-1");
      assertThat(analyses.budgets.get(0)).isPositive();
    }
  }

  @Test
  void readsNoOrderOfAnotherServer() {
    behaviour = exchange -> send(exchange, 200, Requests.SPINE_ORDER);

    HttpResponse<String> response =
        server.post(
            DISPATCH, dispatch("https://other.example.org/fhir/ServiceRequest/order-1").toString());

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.body()).contains("context.dispatchedOrders: names no order on the server");
    assertThat(requests).isEmpty();
  }

  @Test
  void readsAtMostTwentyOrders() {
    behaviour = exchange -> send(exchange, 404, "");
    String[] orders = new String[40];
    Arrays.setAll(orders, i -> "ServiceRequest/r-" + i);

    assertThat(server.post(DISPATCH, dispatch(orders).toString()).statusCode()).isEqualTo(412);
    assertThat(requests).hasSize(20);
  }

  private ObjectNode dispatch(String... orders) {
    ObjectNode request = Requests.dispatch(Requests.SPINE_ORDER);
    Requests.at(request, "/prefetch").remove("orders");
    ArrayNode dispatched = Requests.at(request, "/context").putArray("dispatchedOrders");
    List.of(orders).forEach(dispatched::add);
    return request.put("fhirServer", ehrUrl);
  }

  @ParameterizedTest
  @CsvSource({
    "fhirAuthorization.access_token: is required, '{\"token_type\": \"Bearer\"}'",
    "fhirAuthorization.access_token: must be a non-empty, '{\"token_type\": \"Bearer\","
        + " \"access_token\": 5}'",
    "fhirAuthorization.access_token: must be printable, '{\"token_type\": \"Bearer\","
        + " \"access_token\": \"a\\r"
        + "\\n"
        + "Host: b\"}'",
    "fhirAuthorization.token_type: must be \"Bearer\", '{\"token_type\": \"MAC\", \"access_token\":"
        + " \"a\"}'",
    "fhirAuthorization.token_type: is required, '{\"access_token\": \"a\"}'",
    "fhirAuthorization: must be an object, '\"a\"'",
  })
  void saysWhatIsWrongWithATokenThatItNeeds(String message, String token) {
    ObjectNode request = withoutPrefetch(ehrUrl);
    request.set("fhirAuthorization", Requests.value(token));

    HttpResponse<String> response = server.post(SIGN, request.toString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Requests.object(response.body()).at("/issue/0/diagnostics").asText())
        .startsWith(message);
    assertThat(requests).isEmpty();
  }

  @Test
  void needsNoMoreOfATokenThanTheTokenItself() {
    ObjectNode request = withoutPrefetch(ehrUrl);
    Requests.at(request, "/fhirAuthorization").remove(List.of("scope", "subject"));
    Requests.at(request, "/fhirAuthorization").put("expires_in", "300");

    assertThat(server.post(SIGN, request.toString()).statusCode()).isEqualTo(200);
    assertThat(authorizations).containsExactly("Bearer secret-token");
  }

  @Test
  void saysWhatTheEhrHasWrongWithThePatient() {
    behaviour =
        exchange ->
            send(exchange, 200, Requests.PATIENT.replace("1961-07-04", "1961-07-03T23:00:00Z"));

    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(ehrUrl).toString());

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.body())
        .contains("prefetch.patient.birthDate: has a value that is no certain date")
        .doesNotContain("1961");
    assertThat(analyses.orders).isEmpty();
  }

  @Test
  void passesOnWhatARegisteredServerSaysOfThePatientAfterTheAnswer() {
    CountDownLatch answered = new CountDownLatch(1);
    analyses.onStatement =
        () -> {
          awaitUninterrupted(answered);
          throw new IllegalStateException("Esmerelda Weatherwax");
        };

    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(ehrUrl).toString());
    answered.countDown();

    assertThat(response.statusCode()).isEqualTo(200);
    await()
        .untilAsserted(
            () -> assertThat(server.metrics.counter("spinexr.cds.failures").count()).isEqualTo(1));
    assertThat(analyses.statements).hasSize(1);
    assertThat(analyses.statements.get(0).name().orElseThrow().family()).isEqualTo("Weatherwax");
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d",
        "http://127.0.0.1:%d/fhir2",
        "http://127.0.0.1:%d/fhir/..",
        "http://127.0.0.1:%d/fhir/../admin",
        "http://127.0.0.1:%d/FHIR",
        "https://127.0.0.1:%d/fhir",
        "http://localhost:%d/fhir",
        "http://[::1]:%d/fhir",
        "http://2130706433:%d/fhir",
        "http://127.0.0.1.example.org:%d/fhir",
      })
  void contactsNoAddressThatIsNotRegistered(String url) {
    String fhirServer = url.formatted(ehr.getAddress().getPort());

    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(fhirServer).toString());

    assertThat(response.statusCode()).as(response.body()).isIn(400, 412);
    assertThat(requests).isEmpty();
  }

  @Test
  void followsNoRedirect() {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/elsewhere/Patient/1288992");
          exchange.sendResponseHeaders(302, -1);
        };

    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(ehrUrl).toString());

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.body()).contains("prefetch.patient", "the FHIR server answered 302");
    assertThat(requests).containsExactly("/fhir/Patient/1288992");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{}",
        "[1]",
        "{\"resourceType\": \"Patient\", \"id\": \"other\"}",
        "{\"resourceType\": \"OperationOutcome\"}",
      })
  void refusesAnotherAnswerThanThePatient(String body) {
    behaviour = exchange -> send(exchange, 200, body);

    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(ehrUrl).toString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(412);
    assertThat(analyses.orders).isEmpty();
  }

  @Test
  void saysWhyTheEhrCouldNotBeRead() {
    behaviour = exchange -> send(exchange, 401, "token secret-token is not good");

    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(ehrUrl).toString());

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.body())
        .contains("prefetch.patient: is missing, and the FHIR server answered 401")
        .doesNotContain("secret-token");
  }

  @Test
  void stopsReadingAnAnswerWithoutEnd() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] spaces = " ".repeat(8192).getBytes(StandardCharsets.UTF_8);
          try (OutputStream body = exchange.getResponseBody()) {
            while (end.getCount() > 0) {
              body.write(spaces);
            }
          }
        };

    HttpResponse<String> response = server.post(SIGN, withoutPrefetch(ehrUrl).toString());

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.body()).contains("could not be read");
  }

  @Test
  void givesUpOnASilentEhrInTime() {
    behaviour = exchange -> awaitEnd();
    try (CdsServer hurried = server("300ms")) {
      HttpResponse<String> response = hurried.post(SIGN, withoutPrefetch(ehrUrl).toString());

      assertThat(response.statusCode()).isEqualTo(412);
      assertThat(response.body()).contains("did not answer within the time budget");
    }
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
