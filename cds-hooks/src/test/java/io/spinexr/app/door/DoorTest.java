package io.spinexr.app.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in comes in full, unpacked and bounded; what does not is told why. */
class DoorTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final byte[] ORDER = "{\"an\": \"order\"}".repeat(200).getBytes(UTF_8);
  private static final int LIMIT = 64 * 1024;
  private static final String CDS = "/cds-services/spinexr-order-sign";
  private static EchoServer server;

  @BeforeAll
  static void start() {
    server =
        EchoServer.start(
            Map.of("spinexr.cds.max-body", LIMIT + "B", "spinexr.fhir.max-body", LIMIT + "B"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void holdsNothingWhenAllIsServed() {
    await().untilAsserted(() -> assertThat(server.memory().held()).isZero());
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private static HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<byte[]> post(String path, String encoding, byte[] body) {
    return send(
        to(path)
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), UTF_8);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "X-Gzip", "identity, gzip"})
  void unpacksAGzippedBodyAndHidesThatItWas(String encoding) {
    HttpResponse<byte[]> response = post(CDS, encoding, gzip(ORDER));

    assertThat(response.body()).isEqualTo(ORDER);
    assertThat(response.headers().firstValue("Told"))
        .hasValue("%1$d %1$d null".formatted(ORDER.length));
  }

  @Test
  void unpacksABodyInSeveralGzipMembers() {
    byte[] first = gzip(Arrays.copyOf(ORDER, 100));
    byte[] second = gzip(Arrays.copyOfRange(ORDER, 100, ORDER.length));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);

    assertThat(post("/fhir", "gzip", both).body()).isEqualTo(ORDER);
  }

  @ParameterizedTest
  @CsvSource({
    CDS + ", spinexr.cds.max-body",
    CDS + "/feedback, spinexr.cds.max-body",
    "/fhir, spinexr.fhir.max-body",
    "/fhir/Patient, spinexr.fhir.max-body"
  })
  void stopsUnpackingAtTheLimit(String path, String setting) {
    byte[] bomb = gzip(new byte[50 << 20]);
    assertThat(bomb.length).isLessThan(LIMIT);
    // Whoever unpacks more than the limit finds out that the rest is damaged.
    Arrays.fill(bomb, bomb.length / 2, bomb.length, (byte) 0xFF);

    HttpResponse<byte[]> response = post(path, "gzip", bomb);

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(text(response)).contains("OperationOutcome", LIMIT + " bytes (" + setting + ")");
  }

  @Test
  void refusesADamagedGzip() {
    byte[] packed = gzip(ORDER);
    byte[] flipped = packed.clone();
    flipped[packed.length / 2] ^= 1;
    byte[] wrongSum = packed.clone();
    wrongSum[packed.length - 6] ^= 1;
    byte[][] damaged = {
      ORDER,
      Arrays.copyOf(packed, 5),
      Arrays.copyOf(packed, packed.length / 2),
      Arrays.copyOf(packed, packed.length - 1),
      flipped,
      wrongSum
    };
    for (byte[] body : damaged) {
      HttpResponse<byte[]> response = post(CDS, "gzip", body);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(text(response)).contains("OperationOutcome", "the body is damaged");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deflate", "br", "zstd", "compress", "gzip, gzip", "gzip;q=1", "x"})
  void namesTheEncodingsThatItTakes(String encoding) {
    for (String path : new String[] {CDS, "/fhir"}) {
      HttpResponse<byte[]> response = post(path, encoding, gzip(ORDER));
      assertThat(response.statusCode()).isEqualTo(415);
      assertThat(text(response))
          .contains("OperationOutcome", "Content-Encoding must be gzip or absent");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CDS, "/fhir", "/admin/patients/merge", "/", "/a;b", "/nothing"})
  void saysThatABodyIsTooLongToAClientThatSendsItAllBeforeItReads(String path) throws IOException {
    byte[] body = new byte[6 << 20];
    try (RawClient announced = new RawClient(server.port());
        RawClient chunked = new RawClient(server.port())) {
      String answer =
          announced
              .write(RawClient.head("POST", path) + "Content-Length: " + body.length + "\r\n\r\n")
              .write(body)
              .rest();
      assertThat(answer).startsWith(path.equals("/a;b") ? "HTTP/1.1 400" : "HTTP/1.1 413");
      answer =
          chunked
              .write(RawClient.head("POST", path) + "Transfer-Encoding: chunked\r\n\r\n")
              .write(Integer.toHexString(body.length) + "\r\n")
              .write(body)
              .write("\r\n0\r\n\r\n")
              .rest();
      assertThat(answer).startsWith(path.equals("/a;b") ? "HTTP/1.1 400" : "HTTP/1.1 413");
    }
  }

  @Test
  void takesABodyOfTheLongestLength() {
    assertThat(post(CDS, "identity", new byte[LIMIT]).body()).hasSize(LIMIT);
    assertThat(post(CDS, "gzip", gzip(new byte[LIMIT])).body()).hasSize(LIMIT);
    assertThat(post(CDS, "identity", new byte[LIMIT + 1]).statusCode()).isEqualTo(413);
    assertThat(post(CDS, "gzip", gzip(new byte[LIMIT + 1])).statusCode()).isEqualTo(413);
  }

  @Test
  void readsBodiesOneAfterAnotherOnOneConnection() throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      for (String body : new String[] {"one", "two", "three"}) {
        client.write(
            "POST /fhir HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                .formatted(body.length(), body));
        assertThat(client.one()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n" + body);
        client.write("GET /fhir HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertThat(client.one()).startsWith("HTTP/1.1 200");
      }
    }
  }

  /** In one write, so that the server finds the body beside the headers. */
  @Test
  void keepsTheConnectionAfterABodyThatCameWithItsHeaders() throws IOException {
    String request =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody".formatted(CDS);
    try (RawClient client = new RawClient(server.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.write(request).one()).startsWith("HTTP/1.1 200").endsWith("body");
      }
    }
  }

  @Test
  void countsTheTimeFromTheHeadersOn() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server.port())) {
      client.write(RawClient.head("POST", CDS) + "Content-Length: 4\r\n\r\n{");
      Thread.sleep(400);
      String answer = client.write(" }\n").rest();
      assertThat(answer.lines().filter(line -> line.startsWith("Since-Headers")).findFirst())
          .hasValueSatisfying(
              line -> assertThat(Integer.parseInt(line.substring(15))).isBetween(390, 10_000));
    }
  }

  @Test
  void leavesTheFieldsOfAFormToWhoeverAsks() {
    HttpResponse<byte[]> response =
        send(
            to("/studies/1.2?field=of+the+address")
                .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
                .POST(BodyPublishers.ofString("x=1&field=a%26%C3%A4&field&%zz=1"))
                .build());

    assertThat(response.headers().firstValue("Field").orElseThrow().getBytes(ISO_8859_1))
        .asString(ISO_8859_1)
        .isEqualTo("of the address,a&ä,");
    assertThat(text(response)).isEqualTo("x=1&field=a%26%C3%A4&field&%zz=1");
  }

  @Test
  void leavesAFormOfAnyLengthToReadAfterItsFieldsWereAskedFor() {
    String form = "field=some&reason=" + "a+reason+".repeat(6000);

    HttpResponse<byte[]> response =
        send(
            to("/studies/1.2")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build());

    assertThat(response.headers().firstValue("Field")).hasValue("some");
    assertThat(text(response)).isEqualTo(form);
  }

  @Test
  void closesOnABodyThatComesTooSlowAndForgetsOneThatBreaksOff()
      throws IOException, InterruptedException {
    RawClient gone = new RawClient(server.port());
    try (RawClient slow = new RawClient(server.port());
        RawClient silent = new RawClient(server.port())) {
      String head = RawClient.head("POST", "/fhir/Patient");
      slow.write(head + "Content-Length: 50000\r\n\r\n{");
      silent.write(head + "Content-Length: 50000\r\n\r\n{");
      gone.write(head + "Content-Length: 50000\r\n\r\n{\"half\": ");
      await().untilAsserted(() -> assertThat(server.memory().held()).isEqualTo(11));
      gone.close();
      await().untilAsserted(() -> assertThat(server.memory().held()).isEqualTo(2));
      for (int i = 0; i < 40 && !slow.isAnswered(); i++) {
        slow.write(" ");
        Thread.sleep(500);
      }
      assertThat(slow.rest())
          .startsWith("HTTP/1.1 408")
          .contains("slower than 1024 bytes a second", "Connection: close");
      assertThat(silent.isClosedByServer()).isTrue();
    }
  }

  @Test
  void knowsNothingOfOtherMethods() throws IOException {
    for (String method : new String[] {"TRACE", "TRACK", "PROPFIND", "BREW", "get", "CONNECT"}) {
      assertThat(RawClient.answer(server.port(), RawClient.head(method, "/fhir") + "\r\n"))
          .as(method)
          .matches("(?s)HTTP/1.1 (405|501) .*");
    }
    assertThat(RawClient.answer(server.port(), RawClient.head("TRACE", CDS) + "\r\n"))
        .contains("Allow: GET, HEAD", "OperationOutcome", "the method must be one of");
  }
}
