package io.spinexr.cds.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.order.TestProperties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gzipped requests are read like plain ones, and are no way around the limit. */
class RequestBodyTest {
  private static final String SIGN = "/cds-services/spinexr-order-sign";
  private static final byte[] ORDER =
      Requests.sign(Requests.SPINE_ORDER).toString().getBytes(StandardCharsets.UTF_8);
  private static final int LIMIT = 64 * 1024;
  private static CdsServer server;

  @BeforeAll
  static void start() {
    server =
        new CdsServer(
            TestProperties.with(Map.of("budget", "20s", "max-body", LIMIT + "B")),
            new RecordingAnalyses());
  }

  @AfterAll
  static void stop() {
    server.close();
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

  private static HttpResponse<String> post(String path, String encoding, byte[] body) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", "application/json")
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "X-Gzip", "identity, gzip"})
  void readsAGzippedOrder(String encoding) {
    HttpResponse<String> response = post(SIGN, encoding, gzip(ORDER));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(post(SIGN, "identity", ORDER).body());
  }

  @Test
  void readsGzippedFeedback() {
    String feedback =
        """
        {"feedback": [{"card": "9368d37b-283f-44a0-93ea-547cebab93ed", "outcome": "accepted",
          "outcomeTimestamp": "2026-02-28T10:07:00Z"}]}
        """;

    HttpResponse<String> response =
        post(SIGN + "/feedback", "gzip", gzip(feedback.getBytes(StandardCharsets.UTF_8)));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(server.get("/admin/cds-feedback").body()).contains("9368d37b");
  }

  @Test
  void readsABodyInSeveralGzipMembers() {
    byte[] first = gzip(Arrays.copyOf(ORDER, 100));
    byte[] second = gzip(Arrays.copyOfRange(ORDER, 100, ORDER.length));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);

    assertThat(post(SIGN, "gzip", both).statusCode()).isEqualTo(200);
  }

  @Test
  void stopsUnpackingAtTheLimit() {
    byte[] bomb = gzip(new byte[50 << 20]);
    assertThat(bomb.length).isLessThan(LIMIT);
    // Whoever unpacks more than the limit finds out that the rest is damaged.
    Arrays.fill(bomb, bomb.length / 2, bomb.length, (byte) 0xFF);

    for (String path : new String[] {SIGN, SIGN + "/feedback"}) {
      HttpResponse<String> response = post(path, "gzip", bomb);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(413);
      assertThat(response.body()).contains(LIMIT + " bytes (spinexr.cds.max-body)");
    }
  }

  @Test
  void refusesAGzippedBodyThatIsItselfTooLong() {
    assertThat(post(SIGN, "gzip", new byte[LIMIT + 1]).statusCode()).isEqualTo(413);
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
      new byte[0],
      Arrays.copyOf(packed, 5),
      Arrays.copyOf(packed, packed.length / 2),
      Arrays.copyOf(packed, packed.length - 1),
      flipped,
      wrongSum
    };
    for (byte[] body : damaged) {
      HttpResponse<String> response = post(SIGN, "gzip", body);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
      assertThat(response.body()).contains("OperationOutcome", "the body is");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deflate", "br", "zstd", "compress", "gzip, gzip", "gzip;q=1", "x"})
  void namesTheEncodingsThatItTakes(String encoding) {
    for (String path : new String[] {SIGN, SIGN + "/feedback"}) {
      HttpResponse<String> response = post(path, encoding, gzip(ORDER));
      assertThat(response.statusCode()).isEqualTo(415);
      assertThat(response.body())
          .contains("OperationOutcome", "Content-Encoding must be gzip or absent");
    }
  }
}
