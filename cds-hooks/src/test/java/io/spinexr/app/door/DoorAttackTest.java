package io.spinexr.app.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.spinexr.app.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who mean harm, before the whole server. */
class DoorAttackTest {
  /** A pool that few slow callers would fill if each took a thread. */
  private static final int THREADS = 10;

  private static final String ID = "spinexr-order-sign";
  private static final String FEEDBACK =
      """
      {"feedback": [{"card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "outcome": "overridden",
        "outcomeTimestamp": "2026-03-01T12:00:00Z",
        "overrideReason": {"userComment": "no token was sent"}}]}
      """;
  private static final String PATIENT =
      "{\"resourceType\": \"Patient\", \"identifier\": [{\"system\": \"urn:t\", \"value\":"
          + " \"%s\"}]}";

  @TempDir private static Path folder;
  private static Server server;
  private static int port;
  private static int healthPort;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    try (ServerSocket free = new ServerSocket(0)) {
      healthPort = free.getLocalPort();
    }
    Path keys = folder.resolve("keys.json");
    Files.writeString(
        keys, new JWKSet(new ECKeyGenerator(Curve.P_384).keyID("1").generate()).toString());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("server.tomcat.threads.max", "" + THREADS);
    // Whoever takes a thread takes it for longer than this test is patient.
    settings.put("server.tomcat.connection-timeout", "2m");
    settings.put("spinexr.data", folder.resolve("data").toString());
    settings.put("spinexr.health-port", "" + healthPort);
    settings.put("spinexr.archive.base-url", "http://127.0.0.1:1/dicom-web");
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.cds.authenticate", "true");
    settings.put("spinexr.cds.clients[0].name", "ehr");
    settings.put("spinexr.cds.clients[0].issuer", "https://ehr.example.org");
    settings.put("spinexr.cds.clients[0].jwks", keys.toUri().toString());
    settings.put("logging.threshold.console", "ERROR");
    server = Server.start(Optional.empty(), settings);
    port = server.address().getPort();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** What reads it has a value for each ampersand before anybody can look at it. */
  @Test
  void takesNoFormThatBecomesManyTimesItsSize() throws IOException {
    String form = "a&".repeat(50_000);
    for (String path : List.of("/fhir/Patient/_search", "/fhir", "/cds-services/" + ID, "/")) {
      for (String type :
          List.of(
              "application/x-www-form-urlencoded",
              "Application/X-WWW-Form-Urlencoded; charset=utf-8")) {
        assertThat(
                RawClient.answer(
                    port,
                    RawClient.head("POST", path)
                        + "Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(type, form.length(), form)))
            .as(path)
            .startsWith("HTTP/1.1 413");
      }
    }
  }

  @Test
  void searchesByALongForm() throws IOException {
    String form = "identifier=" + "urn:t%7Ca,".repeat(900);
    assertThat(
            RawClient.answer(
                port,
                RawClient.head("POST", "/fhir/Patient/_search")
                    + "Content-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: %d\r\n\r\n%s".formatted(form.length(), form)))
        .startsWith("HTTP/1.1 200");
  }

  /** Ways to write a path so that somebody along the way could take it for {@code /first/rest}. */
  private static Stream<String> spellings(String first, String rest) {
    return Stream.of(
            "/%s;a=b/%s",
            "/%s;/%s",
            "/%s;a=b;c=d/%s",
            "/;a=b/%s/%s",
            "/%s/;/%s",
            "/%s/%s;a=b",
            "/%s/%s;",
            "/%s/%s;jsessionid=1",
            "//%s/%s",
            "/%s//%s",
            "/%s/%s//",
            "///%s/%s",
            "/./%s/%s",
            "/%s/./%s",
            "/%s/%s/.",
            "/%s/%s/..",
            "/x/../%s/%s",
            "/%s/x/../%s",
            "/actuator/health/../../%s/%s",
            "/style.css/../%s/%s",
            "/%%2e/%s/%s",
            "/x/%%2e%%2e/%s/%s",
            "/x/%%2E./%s/%s",
            "/x/.%%2e/%s/%s",
            "/..;/%s/%s",
            "/x/..;a=b/%s/%s",
            "/%%2f%s/%s",
            "/%s%%2f%s",
            "/%s%%2F%s",
            "/%s%%5c%s",
            "/%s%%5C%s",
            "/%s\\%s",
            "\\%s\\%s",
            "/%s%%3ba=b/%s",
            "/%s%%3B/%s",
            "/%s%%252f%s",
            "/%s%%25%%32%%66%s",
            "/%s%%00/%s",
            "/%s/%s%%00",
            "/%%00%s/%s",
            "/%s/%s%%0d%%0aX: y",
            "/%s/%s%%0A",
            "/%s/%%09%s",
            "/%s%%7f/%s",
            "/%s%%c2%%85/%s",
            "/%s%%c0%%af%s",
            "/x/%%c0%%ae%%c0%%ae/%s/%s",
            "/%s%%e0%%80%%af%s",
            "/%s%%ff/%s",
            "/%s%%ed%%a0%%80/%s",
            "/%s%%zz/%s",
            "/%s%%/%s",
            "/%s/%s%%",
            "/%s/%s%%2",
            "/%s%%u002f%s",
            "/%s/%s#x",
            "/%s/%s%%23",
            "/%s/%s%%3fx=y",
            "/%s/%s|",
            "/%s/%s{}",
            "/%s/%s\"",
            "/%s/%s^",
            "/%s/%s`",
            "/%s/<%s>",
            "/%s/\u00e9%s",
            "%s/%s",
            "*/%s/%s",
            "http://127.0.0.1/%s;a=b/%s",
            "http://127.0.0.1//%s/%s",
            "http://127.0.0.1/x/../%s/%s",
            "http://user@127.0.0.1/;/%s/%s")
        .map(spelling -> spelling.formatted(first, rest));
  }

  static Stream<String> feedback() {
    return spellings("cds-services", ID + "/feedback");
  }

  static Stream<String> patients() {
    return spellings("fhir", "Patient");
  }

  static Stream<String> administration() {
    return spellings("admin", "patients/opt-out");
  }

  private static void isRefused(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("Exception", "Apache Tomcat/");
  }

  @ParameterizedTest
  @MethodSource("feedback")
  void storesNoFeedbackWithoutATokenHoweverThePathIsWritten(String path) throws IOException {
    isRefused(RawClient.post(port, path, FEEDBACK));
    assertThat(RawClient.get(port, "/admin/cds-feedback")).contains("\"feedback\":[]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%63ds-services/" + ID + "/feedback",
        "/cds-services/spinexr%2Dorder-sign/feedback",
        "/cds-services/" + ID + "/feedbac%6B",
        "/cds-services/" + ID + "/feedback/",
        "/cds-services/" + ID + "/feedback?x=;a=b",
        "/cds-services/" + ID + "/feedback?../..",
        "http://127.0.0.1/cds-services/" + ID + "/feedback",
        "/CDS-Services/" + ID + "/feedback",
        "/cds-services%20/" + ID + "/feedback",
        "/cds-services/" + ID + "/feedback%20",
      })
  void asksForATokenWhereASpellingMeansTheSame(String path) throws IOException {
    assertThat(RawClient.post(port, path, FEEDBACK)).matches("(?s)HTTP/1.1 40[14] .*");
    assertThat(RawClient.get(port, "/admin/cds-feedback")).contains("\"feedback\":[]");
  }

  @ParameterizedTest
  @MethodSource("patients")
  void writesNoResourceByAPathThatIsNotPlain(String path) throws IOException {
    isRefused(RawClient.post(port, path, PATIENT.formatted("spelling")));
    isRefused(RawClient.get(port, path));
    assertThat(RawClient.get(port, "/fhir/Patient?identifier=urn:t|spelling"))
        .contains("\"total\":0");
  }

  @ParameterizedTest
  @MethodSource("administration")
  void administersNothingByAPathThatIsNotPlain(String path) throws IOException {
    isRefused(RawClient.post(port, path, "{\"system\": \"urn:t\", \"value\": \"1\"}"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /fhir/metadata, 200",
    "GET, /fhir/Patient?identifier=urn:t|a, 200",
    "GET, /fhir/Patient?identifier=urn:t%7Ca%2F..%3B, 200",
    "GET, /fhir/Patient?identifier=urn:t%7Ca%00, 400",
    "GET, /fhir/Patient/none.of-these, 404",
    "GET, /fhir/Patient/none/_history/1, 404",
    "POST, /fhir/Patient/$validate, 200",
    "POST, /fhir/Patient/%24validate, 200",
    "GET, /cds-services, 200",
    "GET, /cds-services/, 200",
    "GET, /, 200",
    "GET, /style.css, 200",
    "GET, /orders/0123456789abcdef0123456789abcdef, 404",
    "GET, /studies/1.2.3, 404",
    "GET, /studies/1.2.3/images/1.2.4.png, 404",
    "GET, /.well-known/nothing, 404",
    "POST, /admin/model-sets/my%20set-1.0/hide, 404",
    "POST, /admin/model-sets/gr%C3%B6%C3%9Fe-1.0/hide, 404",
    "GET, /actuator/health/liveness, 200",
  })
  void knowsThePathsThatClientsWrite(String method, String path, int status) throws IOException {
    String answer =
        method.equals("GET")
            ? RawClient.get(port, path)
            : RawClient.post(
                port,
                path,
                path.startsWith("/fhir") ? PATIENT.formatted("x") : "{\"reason\": \"a reason\"}");
    assertThat(answer).startsWith("HTTP/1.1 " + status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-HTTP-Method-Override: DELETE",
        "X-HTTP-Method: DELETE",
        "X-Method-Override: DELETE",
        "X-HTTP-Method-Override: PUT",
        "X-HTTP-Method-Override: TRACE",
      })
  void hasNoOtherMethodThanTheOneThatIsCalled(String header) throws IOException {
    String patient = "{\"resourceType\": \"Patient\", \"id\": \"kept\"}";
    String put = RawClient.head("PUT", "/fhir/Patient/kept");
    String json = "Content-Type: application/fhir+json\r\nContent-Length: %d\r\n\r\n%s";
    RawClient.answer(port, put + json.formatted(patient.length(), patient));
    for (String path :
        List.of("/fhir/Patient/kept", "/fhir/Patient/kept?_method=DELETE", "/fhir/Patient")) {
      RawClient.answer(
          port, RawClient.head("POST", path) + header + "\r\n" + json.formatted(2, "{}"));
      RawClient.answer(port, RawClient.head("GET", path) + header + "\r\n\r\n");
    }

    assertThat(RawClient.get(port, "/fhir/Patient/kept")).startsWith("HTTP/1.1 200");
  }

  /** Each begins a request that a caller never ends; its parts are separated by spaces here. */
  private static final List<String> SLOW =
      List.of(
          "POST /cds-services/spinexr Content-Length:100000",
          "POST /fhir/Patient Transfer-Encoding:chunked",
          "POST /admin/patients/opt-out Content-Length:60000",
          "POST /fhir Content-Length:900000000",
          "POST /cds-services;a=b/x Content-Length:100000",
          "POST /%2f Content-Length:100000",
          "POST /%2f Transfer-Encoding:chunked",
          "TRACE /fhir Content-Length:100000",
          "BREW /fhir Content-Length:100000",
          "OPTIONS * Content-Length:100000",
          "OPTIONS /cds-services Content-Length:100000",
          "GET /fhir/metadata Content-Length:100000",
          "DELETE /nothing Content-Length:60000",
          "POST /fhir Origin:https://evil.example Content-Length:100000",
          "POST /fhir Content-Encoding:gzip Content-Length:100000",
          "POST /fhir Content-Encoding:br Content-Length:100000",
          "POST /fhir Expect:100-continue Content-Length:100000");

  private static String beginning(String slow) {
    String[] parts = slow.split(" ", 3);
    return "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n\r\n"
        .formatted(parts[0], parts[1], parts[2].replace(" ", "\r\n"));
  }

  @Test
  void servesOthersWhileCallersSendWithoutEnd() throws IOException, InterruptedException {
    Map<RawClient, String> slow = new LinkedHashMap<>();
    try {
      for (int i = 0; i < THREADS + 2; i++) {
        for (String request : SLOW) {
          String next = request.contains("chunked") ? "1\r\n \r\n" : " ";
          slow.put(new RawClient(port).write(beginning(request)).write(next), next);
        }
        slow.put(new RawClient(port).write("GET /fhir HTTP/1.1\r\nX: a\r\n"), "X: a\r\n");
      }
      // Longer than a body may come too slow.
      for (int second = 0; second < 7; second++) {
        for (int served : new int[] {port, healthPort}) {
          assertThat(RawClient.get(served, "/actuator/health/liveness")).startsWith("HTTP/1.1 200");
        }
        assertThat(RawClient.get(port, "/fhir/Patient?_count=1")).startsWith("HTTP/1.1 200");
        Thread.sleep(1000);
        slow.forEach(DoorAttackTest::trickle);
      }
    } finally {
      for (RawClient caller : slow.keySet()) {
        caller.close();
      }
    }
  }

  private static void trickle(RawClient caller, String next) {
    try {
      caller.write(next);
    } catch (IOException e) {
      // It was sent away.
    }
  }

  @Test
  void takesWhatIsPackedAndFormsThatSearch() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(PATIENT.formatted("packed").getBytes(UTF_8));
    }
    try (RawClient client = new RawClient(port)) {
      assertThat(
              client
                  .write(
                      RawClient.head("POST", "/fhir/Patient")
                          + "Content-Type: application/fhir+json\r\nContent-Encoding: gzip\r\n"
                          + "Content-Length: %d\r\n\r\n".formatted(packed.size()))
                  .write(packed.toByteArray())
                  .rest())
          .startsWith("HTTP/1.1 201");
    }
    String form = "identifier=urn%3At%7Cpacked&_count=1";
    assertThat(
            RawClient.answer(
                port,
                RawClient.head("POST", "/fhir/Patient/_search?_total=accurate")
                    + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(form.length(), form)))
        .startsWith("HTTP/1.1 200")
        .contains("\"total\":1");
  }

  @Test
  void refusesMoreThanItTakesPackedOrPlain() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("{\"resourceType\": \"Patient\", \"id\": \"".getBytes(UTF_8));
      for (int i = 0; i < 500; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    try (RawClient bomb = new RawClient(port);
        RawClient plain = new RawClient(port)) {
      String head =
          RawClient.head("PUT", "/fhir/Patient/large")
              + "Content-Type: application/fhir+json\r\nContent-Length: %d\r\n";
      assertThat(
              bomb.write(head.formatted(packed.size()) + "Content-Encoding: gzip\r\n\r\n")
                  .write(packed.toByteArray())
                  .rest())
          .startsWith("HTTP/1.1 413")
          .contains("application/fhir+json", "OperationOutcome", "spinexr.fhir.max-body");
      assertThat(plain.write(head.formatted(17 << 20) + "\r\n").write(new byte[17 << 20]).rest())
          .startsWith("HTTP/1.1 413")
          .contains("OperationOutcome", "spinexr.fhir.max-body");
    }
  }
}
