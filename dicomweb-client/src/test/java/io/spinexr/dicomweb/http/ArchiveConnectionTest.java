package io.spinexr.dicomweb.http;

import static io.spinexr.dicomweb.ScriptedServer.answer;
import static io.spinexr.dicomweb.ScriptedServer.hangUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicomweb.ScriptedServer;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Network;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveConnectionTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String SECRET_QUERY = "/studies?PatientID=Secret%5E1";

  private final ScriptedServer server = new ScriptedServer();

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void asksAgainAfter503And429AndLostConnections() {
    server.then(answer(503, "busy"));
    server.then(hangUp());
    server.then(answer(429, "slow down", "Retry-After: 0"));
    server.then(answer(200, "here"));

    assertThat(get(patient(), 100)).isEqualTo("here");
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void readsTheBodyAgainWhenTheConnectionIsLostInTheMiddleOfIt() {
    server.then(out -> out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhe")));
    server.then(answer(200, "here"));

    assertThat(get(patient(), 100)).isEqualTo("here");
  }

  @Test
  void givesUpAfterTheLastRetryAndTellsOfTheEarlierOnes() {
    for (int i = 0; i < 4; i++) {
      server.then(answer(503, "busy"));
    }
    DicomWebException e = fails(patient(), 100);
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.status()).hasValue(503);
    assertThat(e.getSuppressed()).hasSize(3);
    assertThat(server.requests()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 406, 409, 500, 502, 504})
  void neverAsksAgainAfterAnotherStatus(int status) {
    server.then(answer(status, "no"));
    DicomWebException e = fails(patient(), 100);
    assertThat(e.status()).hasValue(status);
    assertThat(e.kind())
        .isEqualTo(
            switch (status) {
              case 404 -> Kind.NOT_FOUND;
              case 401, 403 -> Kind.UNAUTHORIZED;
              case 406 -> Kind.NOT_ACCEPTABLE;
              default -> status < 500 ? Kind.REJECTED : Kind.UNAVAILABLE;
            });
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void doesNotWaitForAnArchiveThatAsksForTooLong() {
    server.then(answer(503, "maintenance", "Retry-After: 3600"));
    assertThat(fails(patient(), 100).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void measuresTheWaitForATimeOnTheArchivesOwnClock() {
    String date = "Date: Wed, 21 Oct 2015 07:27:00 GMT";
    server.then(answer(503, "busy", date, "Retry-After: Wed, 21 Oct 2015 08:27:00 GMT"));
    assertThat(fails(patient(), 100).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void leavesQueryValuesAndAnswersOutOfItsMessages() {
    server.then(answer(400, "Secret^1 is no PatientID"));
    DicomWebException e = fails(patient(), 100);
    assertThat(e.getMessage()).contains("GET /dicom-web/studies: HTTP 400");
    for (Throwable t = e; t != null; t = t.getCause()) {
      assertThat(t.toString()).doesNotContain("Secret");
    }
  }

  @Test
  void givesUpOnAnArchiveThatNeverAnswers() {
    server.then(server.thenStall(""));
    DicomWebException e = fails(options(new Timeouts(LONG, SHORT, LONG)), 100);
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("no answer in time");
  }

  @Test
  void givesUpOnABodyThatNeverEnds() {
    server.then(server.thenStall("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe first bytes"));
    DicomWebException e = fails(options(new Timeouts(LONG, LONG, SHORT)), 100);
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("did not end in time");
  }

  @Test
  void reportsAnArchiveThatIsDown() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + freePort);
    DicomWebException e =
        fails(
            new DicomWebOptions(
                nobody, new Credentials.None(), Timeouts.DEFAULT, FAST, Limits.DEFAULT),
            100);
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("connection failed");
  }

  @Test
  void refusesBodiesOverTheLimitWhetherDeclaredOrNot() {
    server.then(answer(200, "x".repeat(101)));
    assertThat(fails(patient(), 100).kind()).isEqualTo(Kind.TOO_LARGE);

    server.then(out -> out.write(bytes("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(101))));
    assertThat(fails(patient(), 100).kind()).isEqualTo(Kind.TOO_LARGE);

    server.then(answer(200, "x".repeat(100)));
    assertThat(get(patient(), 100)).hasSize(100);
  }

  @Test
  void followsRedirectsWithinTheOriginWithItsCredentials() {
    server.then(answer(302, "", "Location: /elsewhere/studies?PatientID=1"));
    server.then(answer(307, "", "Location: " + server.baseUrl() + "/third"));
    server.then(answer(200, "here"));

    DicomWebOptions options = withCredentials(new Credentials.Bearer("token-1"));
    assertThat(get(options, 100)).isEqualTo("here");
    assertThat(server.requests())
        .hasSize(3)
        .allSatisfy(head -> assertThat(head).contains("Authorization: Bearer token-1"));
    assertThat(server.requests().get(2)).startsWith("GET /dicom-web/third HTTP/1.1");
  }

  @Test
  void doesNotFollowARedirectToAnotherOrigin() throws IOException {
    try (ScriptedServer other = new ScriptedServer(answer(200, "stolen"))) {
      server.then(answer(302, "", "Location: " + other.baseUrl() + "/studies"));
      DicomWebException e = fails(withCredentials(new Credentials.Basic("u", "p")), 100);
      assertThat(e.kind()).isEqualTo(Kind.MISCONFIGURED);
      assertThat(e)
          .hasMessageContaining("another origin (%s)".formatted(Origin.of(other.baseUrl())))
          .hasMessageContaining("spinexr.archive.redirect-origins")
          .hasMessageNotContaining("/studies?");
      assertThat(other.requests()).isEmpty();
    }
  }

  /** Such as a bucket, with an address that opens what it names to everybody. */
  @Test
  void followsARedirectToAnOriginThatIsNamedButWithoutCredentials() throws IOException {
    for (Credentials credentials :
        List.of(new Credentials.Basic("u", "p"), new Credentials.Header("X-Api-Key", "p"))) {
      try (ScriptedServer bucket = new ScriptedServer(answer(200, "here"), answer(404, "no"))) {
        Network network =
            new Network(Optional.empty(), Set.of(Origin.of(bucket.baseUrl())), TlsContext.ofJava());
        DicomWebOptions options =
            new DicomWebOptions(
                server.baseUrl(), credentials, Timeouts.DEFAULT, FAST, Limits.DEFAULT, network);
        for (int i = 0; i < 3; i++) {
          server.then(
              answer(307, "", "Location: " + bucket.baseUrl() + "/signed?signature=sesame"));
        }
        assertThat(get(options, 100)).isEqualTo("here");
        assertThat(bucket.requests().get(0))
            .startsWith("GET /dicom-web/signed?signature=sesame ")
            .doesNotContain("Authorization")
            .doesNotContain("X-Api-Key");
        assertThat(fails(options, 100))
            .hasMessageContaining("HTTP 404")
            .hasMessageNotContaining("sesame");

        ArchiveConnection connection = new ArchiveConnection(options);
        HttpRequest store =
            connection
                .request("/studies")
                .POST(BodyPublishers.ofByteArrays(List.of(bytes("image"))))
                .build();
        assertThatThrownBy(() -> connection.exchange(store, 100, Set.of(200), answer -> ""))
            .hasMessageContaining("another origin");
        assertThat(bucket.requests()).hasSize(2);
      }
    }
  }

  @Test
  void asksThroughTheProxy() throws IOException {
    InetSocketAddress proxy =
        InetSocketAddress.createUnresolved("127.0.0.1", server.baseUrl().getPort());
    server.then(answer(200, "here"));
    assertThat(get(through(proxy), 100)).isEqualTo("here");
    assertThat(server.requests().get(0)).startsWith("GET http://pacs.example/dicom-web/studies?");
  }

  @Test
  void saysThatTheProxyAsksForCredentials() {
    server.then(answer(407, "no"));
    InetSocketAddress proxy =
        InetSocketAddress.createUnresolved("127.0.0.1", server.baseUrl().getPort());
    DicomWebException e = fails(through(proxy), 100);
    assertThat(e.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(e).hasMessageContaining("the proxy asks for credentials");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1:%d/",
        "http://localhost:%d/",
        "//127.0.0.2:%d/",
        "file:/x",
        "a b"
      })
  void takesAnotherSchemeOrHostForAnotherOrigin(String location) {
    server.then(answer(302, "", "Location: " + location.formatted(server.baseUrl().getPort())));
    assertThat(fails(patient(), 100).kind()).isIn(Kind.MISCONFIGURED, Kind.MALFORMED);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void doesNotRunInCircles() {
    for (int i = 0; i < 10; i++) {
      server.then(answer(302, "", "Location: /dicom-web/studies"));
    }
    assertThat(fails(patient(), 100).kind()).isEqualTo(Kind.MALFORMED);
    assertThat(server.requests()).hasSizeLessThan(10);
  }

  @Test
  void sendsBasicCredentialsAsTheStandardSaysAndNeverPrintsThem() {
    server.then(answer(200, "here"));
    // The example of RFC 7617 section 2.
    Credentials aladdin = new Credentials.Basic("Aladdin", "open sesame");
    get(withCredentials(aladdin), 100);
    assertThat(server.requests().get(0))
        .contains("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assertThat(withCredentials(aladdin).toString()).doesNotContain("sesame");
    assertThat(withCredentials(new Credentials.Bearer("sesame")).toString())
        .doesNotContain("sesame");
  }

  private static final Retries FAST = new Retries(3, Duration.ofMillis(2), Duration.ofSeconds(1));

  private DicomWebOptions patient() {
    return options(Timeouts.DEFAULT);
  }

  private DicomWebOptions options(Timeouts timeouts) {
    return new DicomWebOptions(
        server.baseUrl(), new Credentials.None(), timeouts, FAST, Limits.DEFAULT);
  }

  private DicomWebOptions withCredentials(Credentials credentials) {
    return new DicomWebOptions(
        server.baseUrl(), credentials, Timeouts.DEFAULT, FAST, Limits.DEFAULT);
  }

  private static DicomWebOptions through(InetSocketAddress proxy) {
    return new DicomWebOptions(
        URI.create("http://pacs.example/dicom-web"),
        new Credentials.None(),
        Timeouts.DEFAULT,
        FAST,
        Limits.DEFAULT,
        new Network(Optional.of(proxy), Set.of(), TlsContext.ofJava()));
  }

  private static String get(DicomWebOptions options, long maxBytes) {
    ArchiveConnection connection = new ArchiveConnection(options);
    return connection.exchange(
        connection.request(SECRET_QUERY).GET().build(),
        maxBytes,
        Set.of(200),
        answer -> new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static DicomWebException fails(DicomWebOptions options, long maxBytes) {
    return catchThrowableOfType(DicomWebException.class, () -> get(options, maxBytes));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
