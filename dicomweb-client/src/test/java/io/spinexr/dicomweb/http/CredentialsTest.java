package io.spinexr.dicomweb.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.ScriptedServer;
import io.spinexr.dicomweb.http.Credentials.BearerFile;
import io.spinexr.dicomweb.http.Credentials.ClientCredentials;
import io.spinexr.dicomweb.http.Credentials.Header;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the client signs in to an archive, and what it says when it cannot. */
class CredentialsTest {
  private static final ScriptedServer.Reply NOTHING = ScriptedServer.answer(204, "");
  private static final String SECRET = "gX1fBat3bV";

  @TempDir Path folder;
  private final ScriptedServer archive = new ScriptedServer();
  private final TokenServer tokens = new TokenServer();

  @AfterEach
  void stop() throws IOException {
    archive.close();
    tokens.close();
  }

  private DicomWebClient client(Credentials credentials) {
    return new DicomWebClient(
        new DicomWebOptions(
            archive.baseUrl(), credentials, Timeouts.DEFAULT, Retries.DEFAULT, Limits.DEFAULT));
  }

  private static void search(DicomWebClient client) {
    client.searchStudies(Map.of("PatientID", "P"), List.of());
  }

  private static DicomWebException failure(DicomWebClient client) {
    DicomWebException failure = catchThrowableOfType(DicomWebException.class, () -> search(client));
    assertThat(failure).isNotNull();
    return failure;
  }

  private void assertSent(int request, String authorization) {
    assertThat(archive.requests().get(request))
        .contains("\r\nAuthorization: " + authorization + "\r\n");
  }

  private ClientCredentials clientCredentials(String scope, String audience) {
    return new ClientCredentials(
        tokens.url(),
        "s6BhdRkqt3",
        SECRET,
        Optional.of(scope).filter(text -> !text.isEmpty()),
        Optional.of(audience).filter(text -> !text.isEmpty()));
  }

  /** The request is the example of RFC 6749 section 4.4.2. */
  @Test
  void asksForATokenAsTheStandardShows() {
    tokens.then(200, "{\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"bearer\"}");
    archive.then(NOTHING);
    search(client(clientCredentials("", "")));
    assertThat(tokens.requests)
        .containsExactly("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW grant_type=client_credentials");
    assertSent(0, "Bearer 2YotnFZFEjr1zCsicMWpAA");
  }

  @Test
  void saysWhatTheTokenIsFor() {
    tokens.then(200, token("t", 3600));
    archive.then(NOTHING);
    search(client(clientCredentials("dicom.read more", "https://pacs.example/")));
    assertThat(tokens.requests.get(0))
        .endsWith("&scope=dicom.read+more&audience=https%3A%2F%2Fpacs.example%2F");
  }

  @Test
  void usesATokenUntilItExpires() {
    tokens.then(200, token("short", 0));
    tokens.then(200, token("long", 3600));
    DicomWebClient client = client(clientCredentials("", ""));
    for (int i = 0; i < 3; i++) {
      archive.then(NOTHING);
      search(client);
    }
    assertSent(0, "Bearer short");
    assertSent(1, "Bearer long");
    assertSent(2, "Bearer long");
    assertThat(tokens.requests).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void getsOneOtherTokenWhenTheArchiveRefusesTheOldOne(int status) {
    tokens.then(200, token("revoked", 3600));
    tokens.then(200, token("new", 3600));
    archive.then(ScriptedServer.answer(status, "no"));
    archive.then(NOTHING);
    DicomWebClient client = client(clientCredentials("", ""));
    search(client);
    assertSent(1, "Bearer new");

    tokens.then(200, token("newer", 3600));
    archive.then(ScriptedServer.answer(status, "no"));
    archive.then(ScriptedServer.answer(status, "no"));
    assertThat(failure(client).kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(archive.requests()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {\"error\":\"invalid_client\"} | MISCONFIGURED | HTTP 401, invalid_client; check",
        "400 | {\"error\":\"invalid_scope\"} | MISCONFIGURED | HTTP 400, invalid_scope; check",
        "400 | {\"error\":\"gX1fBat3bV is wrong\"} | MISCONFIGURED | HTTP 400; check",
        "302 | moved | MISCONFIGURED | HTTP 302; check",
        "503 | later | UNAVAILABLE | HTTP 503",
        "200 | <html>sign in</html> | MISCONFIGURED | holds no bearer token",
        "200 | {\"access_token\":\"t\",\"token_type\":\"mac\"} | MISCONFIGURED | no bearer token"
      })
  void tellsWhyThereIsNoToken(int status, String answer, Kind kind, String message) {
    tokens.then(status, answer);
    DicomWebException failure = failure(client(clientCredentials("", "")));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.kind().passing()).isTrue();
    assertThat(failure)
        .hasMessageContaining("token endpoint")
        .hasMessageContaining(message)
        .hasMessageNotContaining(SECRET);
    assertThat(archive.requests()).isEmpty();
  }

  /** TOO_LARGE would say something of the image that was asked for. */
  @Test
  void doesNotTakeALargeSignInPageForALargeImage() {
    tokens.then(200, "<html>" + " ".repeat(100_000) + "</html>");
    DicomWebException failure = failure(client(clientCredentials("", "")));
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(failure).hasMessageContaining("token endpoint").hasMessageContaining("too large");
  }

  @Test
  void usesATokenThatLastsForAges() {
    tokens.then(
        200, "{\"access_token\":\"old\",\"token_type\":\"Bearer\",\"expires_in\":99999999999}");
    archive.then(NOTHING);
    archive.then(NOTHING);
    DicomWebClient client = client(clientCredentials("", ""));
    search(client);
    search(client);
    assertSent(1, "Bearer old");
  }

  @Test
  void tellsThatTheTokenEndpointIsDown() throws IOException {
    tokens.close();
    DicomWebException failure = failure(client(clientCredentials("", "")));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("token endpoint");
  }

  @Test
  void readsTheTokenFileAgainWhenItChanges() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "first\n");
    DicomWebClient client = client(new BearerFile(file));
    archive.then(NOTHING);
    search(client);
    Files.writeString(file, "second");
    archive.then(NOTHING);
    search(client);
    assertSent(0, "Bearer first");
    assertSent(1, "Bearer second");
  }

  @Test
  void triesTheTokenThatReplacedARefusedOne() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "old");
    archive.then(
        out -> {
          Files.writeString(file, "new");
          ScriptedServer.answer(401, "expired").write(out);
        });
    archive.then(NOTHING);
    DicomWebClient client = client(new BearerFile(file));
    search(client);
    assertSent(1, "Bearer new");

    archive.then(ScriptedServer.answer(401, "expired"));
    assertThat(failure(client).kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(archive.requests()).hasSize(3);
  }

  @Test
  void saysThatTheTokenFileIsOfNoUse() throws IOException {
    Path file = folder.resolve("token");
    assertThat(failure(client(new BearerFile(file))).kind()).isEqualTo(Kind.MISCONFIGURED);
    Files.writeString(file, "two words");
    assertThat(failure(client(new BearerFile(file))))
        .hasMessageContaining("spinexr.archive.token-file")
        .hasMessageNotContaining("words");
    assertThat(archive.requests()).isEmpty();
  }

  @Test
  void sendsAHeaderOfTheArchivesOwn() {
    archive.then(NOTHING);
    search(client(new Header("X-Api-Key", "open sesame")));
    assertThat(archive.requests().get(0)).contains("\r\nX-Api-Key: open sesame\r\n");
  }

  @Test
  void refusesAHeaderThatIsNone() {
    assertThatThrownBy(() -> new Header("X Key", "v")).hasMessageContaining("name");
    assertThatThrownBy(() -> new Header("Host", "v")).hasMessageContaining("name");
    assertThatThrownBy(() -> new Header("X-Key", "open\r\nsesame"))
        .hasMessageContaining("ASCII")
        .hasMessageNotContaining("sesame");
  }

  @Test
  void neverPrintsASecret() {
    for (Credentials credentials :
        List.of(
            new Credentials.Basic("u", SECRET),
            new Credentials.Bearer(SECRET),
            new Header("X-Api-Key", SECRET),
            clientCredentials("", ""))) {
      assertThat(credentials.toString()).doesNotContain(SECRET);
    }
  }

  private static String token(String token, int seconds) {
    return "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
        .formatted(token, seconds);
  }

  /** A token endpoint that answers as told and remembers what it was asked. */
  private static final class TokenServer implements AutoCloseable {
    private record Reply(int status, String body) {}

    private final HttpServer server;
    private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    TokenServer() {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      server.createContext(
          "/token",
          exchange -> {
            try (exchange) {
              byte[] body = exchange.getRequestBody().readAllBytes();
              requests.add(
                  exchange.getRequestHeaders().getFirst("Authorization")
                      + " "
                      + new String(body, StandardCharsets.UTF_8));
              Reply reply = script.remove();
              byte[] answer = reply.body().getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(reply.status(), answer.length);
              exchange.getResponseBody().write(answer);
            }
          });
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
    }

    void then(int status, String body) {
      script.add(new Reply(status, body));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
