package io.spinexr.cds.token;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.fhir.token.RefusalLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Key servers that change their keys, hang, and are asked by whoever makes up names of keys. */
class KeyRotationTest {
  private static final String SERVICE = "/cds-services/spinexr";
  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  private static final ECKey OLD = key("old");
  private static final ECKey NEW = key("new");

  private static KeyServer rotating;
  private static KeyServer flooded;
  private static KeyServer hanging;
  private static KeyServer first;
  private static KeyServer second;
  private static KeyServer broken;
  private static CdsServer server;

  /** Serves keys over HTTP, and counts who asks. */
  private static final class KeyServer implements AutoCloseable {
    private final HttpServer http;
    final AtomicInteger asked = new AtomicInteger();
    volatile List<ECKey> keys;
    volatile int status = 200;

    KeyServer(ECKey... keys) throws IOException {
      this.keys = List.of(keys);
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext(
          "/jwks",
          exchange -> {
            asked.incrementAndGet();
            if (status == 0) {
              return; // and never answers
            }
            byte[] body =
                new JWKSet(List.copyOf(this.keys)).toString().getBytes(StandardCharsets.UTF_8);
            try (exchange) {
              exchange.getResponseHeaders().set("Content-Type", "application/json");
              exchange.sendResponseHeaders(status, body.length);
              exchange.getResponseBody().write(body);
            }
          });
      http.start();
    }

    String address() {
      return "http://127.0.0.1:" + http.getAddress().getPort() + "/jwks";
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }

  private static ECKey key(String name) {
    try {
      return new ECKeyGenerator(Curve.P_384).keyID(name).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    rotating = new KeyServer(OLD);
    flooded = new KeyServer(OLD);
    hanging = new KeyServer();
    hanging.status = 0;
    first = new KeyServer(OLD);
    second = new KeyServer(NEW);
    broken = new KeyServer(OLD);
    broken.status = 500;
    Map<String, String> settings = new HashMap<>();
    settings.put("budget", "20s");
    settings.put("authenticate", "true");
    client(settings, 0, "rotating", rotating);
    client(settings, 1, "flooded", flooded);
    client(settings, 2, "several", hanging, first, second);
    client(settings, 3, "broken", broken);
    server = new CdsServer(TestProperties.with(settings), new RecordingAnalyses());
    LOG.start();
    ((Logger) LoggerFactory.getLogger(RefusalLog.class)).addAppender(LOG);
  }

  private static void client(
      Map<String, String> settings, int index, String name, KeyServer... servers) {
    String client = "clients[" + index + "].";
    settings.put(client + "name", name);
    settings.put(client + "issuer", issuer(name));
    for (int i = 0; i < servers.length; i++) {
      settings.put(client + "jwks[" + i + "]", servers[i].address());
    }
  }

  private static String issuer(String name) {
    return "https://" + name + ".example.org";
  }

  @AfterAll
  static void stop() {
    ((Logger) LoggerFactory.getLogger(RefusalLog.class)).detachAppender(LOG);
    server.close();
    List.of(rotating, flooded, hanging, first, second, broken).forEach(KeyServer::close);
  }

  @BeforeEach
  void forget() {
    LOG.list.clear();
  }

  /** The status of a call with a token of this client, signed so. */
  private static int call(String client, ECKey key) throws JOSEException {
    Instant now = CdsServer.CLOCK.instant();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(issuer(client))
                .audience(CdsServer.PUBLIC + SERVICE)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    token.sign(new ECDSASigner(key));
    return server
        .send(
            HttpRequest.newBuilder(server.uri(SERVICE))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token.serialize())
                .POST(BodyPublishers.ofString(Requests.sign(Requests.SPINE_ORDER).toString()))
                .build())
        .statusCode();
  }

  private static ECKey madeUp(int number) {
    return new ECKey.Builder(NEW).keyID("made-up-" + number).build();
  }

  private static List<String> refusals() {
    return LOG.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void takesTheNewKeyAtOnceAndTheOldOneNoMore() throws JOSEException {
    assertThat(call("rotating", OLD)).isEqualTo(200);
    assertThat(call("rotating", OLD)).isEqualTo(200);
    assertThat(rotating.asked).hasValue(1);

    rotating.keys = List.of(NEW);
    assertThat(call("rotating", NEW)).isEqualTo(200);
    assertThat(call("rotating", NEW)).isEqualTo(200);
    assertThat(rotating.asked).hasValue(2);
    assertThat(call("rotating", OLD)).isEqualTo(401);
    assertThat(refusals())
        .containsExactly(
            "A client token was refused: kid: expected the name of a key of rotating for this alg,"
                + " but found \"old\"");
  }

  @Test
  void asksForMadeUpNamesTwiceAMinuteAndSaysWhatWasExpected() throws JOSEException {
    assertThat(call("flooded", OLD)).isEqualTo(200);
    for (int i = 0; i < 20; i++) {
      assertThat(call("flooded", madeUp(i))).isEqualTo(401);
    }
    assertThat(flooded.asked).hasValueLessThanOrEqualTo(2);
    assertThat(call("flooded", OLD)).isEqualTo(200);
    assertThat(refusals())
        .hasSize(20)
        .last()
        .isEqualTo(
            "A client token was refused: kid: expected the name of a key of flooded for this alg,"
                + " but found \"made-up-19\"");
  }

  @Test
  void waitsForAnAddressThatHangsOnceAndForOthersNotAtAll() throws JOSEException {
    for (int i = 0; i < 5; i++) {
      assertThat(call("several", OLD)).isEqualTo(200);
      assertThat(call("several", NEW)).isEqualTo(200);
    }
    assertThat(hanging.asked).hasValue(1);
    assertThat(first.asked).hasValue(1);
    assertThat(second.asked).as("once for each of the two keys").hasValueLessThanOrEqualTo(2);
    assertThat(refusals()).isEmpty();
  }

  @Test
  void saysThatKeysCannotBeReadHoweverOftenItIsAsked() throws JOSEException {
    for (int i = 0; i < 5; i++) {
      assertThat(call("broken", OLD)).isEqualTo(401);
    }
    assertThat(broken.asked).hasValueLessThanOrEqualTo(2);
    assertThat(refusals())
        .hasSize(5)
        .containsOnly(
            "A client token was refused: the key set " + broken.address() + " could not be read");
  }
}
